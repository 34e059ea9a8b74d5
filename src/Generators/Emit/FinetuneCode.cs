using SimClrDsl.Planning;

namespace SimClrDsl.Generators.Emit;

/// <summary>The code of fine-tuning.</summary>
internal static class FinetuneCode
{
    /// <summary>Name of the stage's variable in the experiment.</summary>
    public const string Variable = "finetuning";

    private const string Network = "FinetunedNetwork";

    public static StageCode Of(Plan plan, FinetunePlan stage)
    {
        var step = Step(plan, stage);
        const string Summary = "What is fine-tuned: the encoder, the head up to the layer it is cut at, and a classifier.";
        var head = (plan.Pretrain!.Head, stage.FromHeadLayer);
        return new(
            [
                NetworkModules.Classifier(
                    name: Network,
                    summary: Summary,
                    encoder: plan.Encoder,
                    encoderType: "Encoder",
                    classes: plan.Data.Classes,
                    head: head
                ),
            ],
            step,
            new(Variable, "Finetuning.Of", [PretrainCode.Variable, "FinetuneStep.Begin", step.Trainee, "FinetuneStep.Step"])
        );
    }

    private static StepModel Step(Plan plan, FinetunePlan stage) =>
        new()
        {
            Name = "FinetuneStep",
            Summary = $"Fine-tuning from {Layer(stage.FromHeadLayer)}: {stage.Epochs} epochs of {plan.Data.Labels} labelled images.",
            Network = Network,
            Batch = "LabelledBatch",
            Constants = StepParts.Constants(stage.Batch, stage.Microbatch, stage.Rate),
            Input = LabelledParts.Labelled(plan, stage.Batch, stage.Augment),
            Loss = [("Tensor", "x"), ("Tensor", "labels")],
            LossBody =
            [
                FrozenParts.HasOwnForward(stage) ? "var (logits, next) = Forward(p, s, x);" : LabelledParts.Logits(plan, Network),
                $"var loss = {StepParts.CrossEntropy(stage.LabelSmoothing)};",
            ],
            LossResult = LabelledParts.LossResult,
            LossComment = "Cross-entropy of the labels.",
            Rate = StepParts.Rate(stage.Rate.Schedule),
            Update = StepParts.Update(stage.Optimizer),
            Members =
            [
                writer => EmitBegin(writer, plan, stage),
                .. FrozenParts.HasOwnForward(stage)
                    ? [writer => FrozenParts.EmitForward(writer, plan, stage)]
                    : Array.Empty<Action<CodeWriter>>(),
            ],
            FrozenPaths = FrozenParts.Paths(stage),
            PartInputs = LabelledParts.PartOf(stage.Microbatch),
            PreparedCrops = LabelledParts.PreparedCrops(plan, stage.Augment),
        };

    private static void EmitBegin(CodeWriter writer, Plan plan, FinetunePlan stage)
    {
        var layers = Enumerable.Range(1, stage.FromHeadLayer).ToArray();
        var carries = OptimizerParts.Carries(stage.Optimizer);
        writer.Summary("What fine-tuning starts from: the pretrained network up to the layer it is cut at, and a classifier of zeros.");
        using (
            writer.Block(
                $"public static Network<FinetunedNetwork.Params, {(carries ? "Carried" : "FinetunedNetwork.State")}> Begin(",
                ["Trained<Pretrained, ContrastiveNetwork.Params, ContrastiveNetwork.State> from"]
            )
        )
        {
            var inputs = plan.Pretrain!.Head.WidthAfter(stage.FromHeadLayer);
            writer.Line($"var classifier = Dense.Zeros(inputs: {inputs}, classes: {plan.Data.Classes});");
            writer.Separated(
                "var parameters = new FinetunedNetwork.Params(",
                ["from.Params.Encoder", .. layers.Select(static i => $"from.Params.Head.Layer{i}"), "classifier"],
                ");"
            );
            writer.Separated(
                "var statistics = new FinetunedNetwork.State(",
                ["from.State.Encoder", .. layers.Select(static i => $"from.State.Head.Layer{i}")],
                ");"
            );
            writer.Line($"return new(parameters, {(carries ? "Carry(parameters, statistics)" : "statistics")});");
        }
    }

    private static string Layer(int layer) => layer == 0 ? "the encoder's output" : $"layer {layer} of the head";
}
