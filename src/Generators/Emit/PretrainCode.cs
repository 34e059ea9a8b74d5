using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>The code of contrastive pretraining.</summary>
internal static class PretrainCode
{
    private const string Network = "ContrastiveNetwork";
    private const string MemoryType = $"MemoryNetwork<{Network}.Params, {Network}.State>";

    /// <summary>Name of the stage's variable in the experiment.</summary>
    public const string Variable = "pretraining";

    /// <summary>Name of the variable of the frozen pretrained encoder in the experiment.</summary>
    public const string Encoder = "encoder";

    public static StageCode Of(Plan plan, PretrainPlan stage)
    {
        var step = Step(plan, stage);
        return new(
            [
                .. stage.Head.Layers == 0 ? Array.Empty<Module>() : [NetworkModules.Head(stage.Head)],
                NetworkModules.Contrastive(plan.Encoder, stage.Head),
            ],
            step,
            new(
                Variable,
                stage.OnlineLayer is null ? "Pretraining.Of" : "Pretraining.WithOnlineLinear",
                [step.Trainee, "PretrainStep.Step", .. stage.OnlineLayer is null ? Array.Empty<string>() : ["PretrainStep.Online"]]
            )
            {
                After =
                    plan.Knn is null && plan.Linear is null
                        ? null
                        : $"var {Encoder} = {Variable}.Frozen((p, s, x) => Encoder.Infer(p.Encoder, s.Encoder, x));",
            }
        );
    }

    private static StepModel Step(Plan plan, PretrainPlan stage) =>
        new()
        {
            Name = "PretrainStep",
            Summary = $"Contrastive pretraining (Eq. 1): {stage.Epochs} epochs of {plan.Data.Unlabelled} images, two views of each.",
            Network = Network,
            Batch = stage.OnlineLayer is null ? "UnlabelledBatch" : "LabelledBatch",
            Constants = StepParts.Constants(stage.Batch, stage.Microbatch, stage.Rate),
            Input = Input(plan, stage),
            Inputs = [.. ViewCode.Of(plan, stage).Parts, .. stage.Memory is { } memory ? Keys(plan, stage, memory) : []],
            Loss =
            [
                ("Tensor", stage.Microbatch is null ? "views" : "z"),
                .. stage.Memory is { } used ? Compared(used) : Array.Empty<(string, string)>(),
            ],
            LossBody = stage.Microbatch is null ? [.. Forward(plan, stage), .. Loss(stage)] : Loss(stage),
            LossResult = LossResult(stage),
            LossComment = Comment(stage),
            Rate = StepParts.Rate(stage.Rate.Schedule),
            Update = StepParts.Update(stage.Optimizer),
            Members =
            [
                writer => EmitView(writer, stage.View),
                .. stage.OnlineLayer is { } inferred
                    ? [writer => OnlineParts.EmitInfer(writer, plan, stage.Head, inferred)]
                    : Array.Empty<Action<CodeWriter>>(),
            ],
            StageCarried =
            [
                .. stage.Memory is { } carried ? [Carry(stage, carried)] : Array.Empty<Carried>(),
                .. stage.OnlineLayer is { } online ? [OnlineParts.Carry(plan, stage.Head, online)] : Array.Empty<Carried>(),
            ],
            PreparedCrops = plan.Data.StaysEncoded
                ? [("batch", StepParts.Crops(stage.View, "key.At(0).At(\"crop\")", "key.At(1).At(\"crop\")"))]
                : [],
            LossExtras = stage.OnlineLayer is null ? [] : [("Tensor", "features")],
            Embedding = stage.Microbatch is null ? null : Embedding(plan, stage),
            After =
            [
                .. stage.OnlineLayer is null ? [] : OnlineParts.Train(stage),
                .. stage.Memory is { } kept ? [Enqueue(stage, kept)] : Array.Empty<Statement>(),
            ],
        };

    // With microbatches, the loss is a function of the embeddings, so it does not return the network's statistics.
    private static string LossResult(PretrainPlan stage)
    {
        var metrics = "new(loss.detach(), accuracy)";
        var features = stage.OnlineLayer is null ? "" : ", features";
        return $"new({Objective(stage)}, {(stage.Microbatch is null ? $"(next, {metrics}{features})" : metrics)})";
    }

    private static Input Input(Plan plan, PretrainPlan stage)
    {
        var views = ViewCode.Of(plan, stage);
        (string, string, string)[] labels = stage.OnlineLayer is null ? [] : [("labels", "batch.Labels", $"int64 [{stage.Batch}]")];
        return new(views.Lines, [.. views.Fields, .. labels]);
    }

    private static string Images(Plan plan, int count) => Names.Images(plan.Data.Channels, plan.Data.Side, $"{count}");

    // The memory network runs before the trained network, so that activations of both are never in memory at the same time.
    private static IEnumerable<Statement> Keys(Plan plan, PretrainPlan stage, MemoryPlan memory)
    {
        var (decay, oneWay) = (Literal.Of(memory.Decay), memory.Queries == MemoryQueries.First);
        var averaged = memory.Statistics == MemoryStatistics.Averaged;
        yield return $"var weights = MovingAverage.Update(memory.Params, p, decay: {decay});";
        if (averaged)
        {
            yield return $"var statistics = MovingAverage.Update(memory.State, s, decay: {decay});";
        }

        var (used, next) = averaged ? ("statistics", "_") : ("memory.State", "statistics");
        yield return $"var (keys, {next}) = MemoryNetwork.Keys({Network}.Forward, weights, {used}, {ViewCode.Of(plan, stage).Compared}, {StepParts.Phase(plan)}); "
            + $"// [{(oneWay ? 1 : 2) * stage.Batch}, {stage.Head.Out}]";
        yield return $"var queue = memory.Queue; // [{memory.Queue}, {stage.Head.Out}], as earlier steps left it";
    }

    private static (string Type, string Name)[] Compared(MemoryPlan memory) =>
        memory.InBatch == MemoryInBatch.Ema ? [("Tensor", "keys"), ("Tensor", "queue")] : [("Tensor", "queue")];

    private static IReadOnlyList<string> Forward(Plan plan, PretrainPlan stage)
    {
        var rows = stage.Views * (stage.Microbatch ?? stage.Batch);
        return stage.OnlineLayer is { } layer
            ? OnlineParts.Forward(stage.Head, layer, rows, StepParts.Phase(plan))
            : [$"var (z, next) = {Network}.Forward(p, s, views, {StepParts.Phase(plan)}); // [{rows}, {stage.Head.Out}]"];
    }

    private static Embedding Embedding(Plan plan, PretrainPlan stage)
    {
        var (more, features) = stage.OnlineLayer is null ? ("", "") : (", Tensor Features", ", features");
        return new(
            $"Tensor Z, {Network}.State Next{more}",
            Forward(plan, stage),
            $"(z, next{features})",
            "The projections of one microbatch, by which its batch norms normalise.",
            $"[{stage.Views * stage.Batch}, {stage.Head.Out}]"
        );
    }

    private static IReadOnlyList<string> Loss(PretrainPlan stage)
    {
        var call = stage.Candidates switch
        {
            ContrastiveCandidates.Batch => "Loss(z",
            ContrastiveCandidates.KeysAndQueue => "Loss(z, keys, queue",
            ContrastiveCandidates.BatchAndQueue => "Loss(z, queue",
            _ => "OneWay(z, keys, queue",
        };
        return
        [
            $"var (loss, accuracy) = NtXent.{call}, temperature: {Literal.Of(stage.Temperature)});",
            .. stage.SumsDirections
                ? ["var objective = loss * 2; // mean over first views plus mean over second views"]
                : Array.Empty<string>(),
        ];
    }

    // The variable that is differentiated. The loss that is shown is a mean over views, whatever the scale.
    private static string Objective(PretrainPlan stage) => stage.SumsDirections ? "objective" : "loss";

    private static string Comment(PretrainPlan stage) =>
        stage.Candidates switch
        {
            ContrastiveCandidates.Batch => "NT-Xent of the projections: mean over all views.",
            ContrastiveCandidates.KeysAndQueue => "NT-Xent of the projections against keys and queue: mean over all views.",
            ContrastiveCandidates.BatchAndQueue => "NT-Xent of the projections against each other and the queue: mean over all views.",
            _ => "First views against second views' keys and the queue: mean over first views.",
        };

    private static Carried Carry(PretrainPlan stage, MemoryPlan memory) =>
        new(
            MemoryType,
            "Memory",
            $"MemoryNetwork.Start(p, s, queue: {memory.Queue}, width: {stage.Head.Out}, key)",
            "new(weights, statistics, kept)"
        );

    private static Statement Enqueue(PretrainPlan stage, MemoryPlan memory)
    {
        var second = memory is { Queries: MemoryQueries.Both, Keep: MemoryKeep.Second };
        return $"var kept = MemoryNetwork.Enqueue(queue, {(second ? $"keys.narrow(0, {stage.Batch}, {stage.Batch})" : "keys")}, step);";
    }

    private static void EmitView(CodeWriter writer, Sequence<AugmentOp> ops)
    {
        writer.Summary("One random view of each image, float32 in [0, 1].");
        const string header = "public static Tensor View(ImageBatch images, Key key)";
        var calls = ops.Select(StepParts.Augment).ToList();
        var chain = $"images{string.Concat(calls)}";
        if (writer.Fits($"    {chain};"))
        {
            writer.Arrow(header, chain, [], ";");
            return;
        }

        writer.Line($"{header} =>");
        writer.Lines($"    images\n{string.Join("\n", calls.Select(static call => $"        {call}"))};");
    }
}
