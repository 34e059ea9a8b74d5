using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>Prints the experiment itself: its spec, its data and its stages in order, each handing its network to the next.</summary>
internal static class PipelineEmitter
{
    public static void Emit(CodeWriter writer, Plan plan, string specText)
    {
        writer.Blank();
        writer.Summary($"The experiment {plan.Name}: each stage hands its network to the next.");
        using (writer.Block("public sealed class Experiment : IExperiment"))
        {
            writer.Line($"public string Name => {Literal.Of(plan.Name)};");
            writer.Blank();
            EmitSpec(writer, specText);
            writer.Blank();
            EmitData(writer, plan.Data);
            writer.Blank();
            writer.Line($"public AugmentedView? View => {(plan.Pretrain is null ? "null" : "PretrainStep.View")};");
            writer.Blank();
            using (writer.Block("public Frozen Untrained(Key key)"))
            {
                writer.Line("var p = Encoder.Init(key);");
                writer.Line("var s = Encoder.Start(p);");
                writer.Line("return new(x => Encoder.Infer(p, s, x));");
            }

            writer.Blank();
            using (writer.Block("public void Run(Session run, ExperimentData data)"))
            {
                EmitStages(writer, plan);
            }
        }
    }

    private static void EmitSpec(CodeWriter writer, string specText)
    {
        writer.Line("public string SpecText =>");
        writer.Line("    \"\"\"");
        foreach (var line in specText.Split('\n').Append("\"\"\";"))
        {
            writer.Line(line.Length == 0 ? "" : $"        {line}");
        }
    }

    private static void EmitData(CodeWriter writer, DataPlan data) =>
        writer.Arrow(
            "public DataPlan Images",
            "new(",
            [
                $"DataSource.{data.Source}",
                $"Path: {Literal.Of(data.Path)}",
                $"Side: {data.Side}",
                $"Channels: {data.Channels}",
                $"Classes: {data.Classes}",
                $"TrainImages: {data.TrainImages}",
                $"TestImages: {data.TestImages}",
                $"Unlabelled: {data.Unlabelled}",
                $"Labels: {data.Labels}",
                .. data.SkipBroken == 0 ? Array.Empty<string>() : [$"SkipBroken: {data.SkipBroken}"],
                .. data.LabelList is null ? Array.Empty<string>() : [$"LabelList: {Literal.Of(data.LabelList)}"],
                .. data.TrainLabels is { } labels ? [$"TrainLabels: {labels}"] : Array.Empty<string>(),
                .. data.OfficialList is null ? Array.Empty<string>() : [$"OfficialList: {Literal.Of(data.OfficialList)}"],
                .. data.LabelSeed is { } labelSeed ? [$"LabelSeed: {labelSeed}"] : Array.Empty<string>(),
                .. data.Bicubic == Bicubic.Tf2 ? Array.Empty<string>() : [$"Bicubic: Bicubic.{data.Bicubic}"],
                .. data.Antialias ? Array.Empty<string>() : ["Antialias: false"],
                .. data.Validation == 0 ? Array.Empty<string>() : [$"Validation: {data.Validation}"],
                .. data.On == EvaluateOn.Test ? Array.Empty<string>() : [$"On: EvaluateOn.{data.On}"],
            ]
        );

    private static void EmitStages(CodeWriter writer, Plan plan)
    {
        if (plan.Pretrain is { } pretrain)
        {
            var carries = pretrain.Memory is not null || pretrain.OnlineLayer is not null || OptimizerParts.Carries(pretrain.Optimizer);
            Call(
                writer,
                $"var {(carries ? "trained" : "pretrained")} = run.Pretrain(",
                [
                    "ContrastiveNetwork.Init",
                    pretrain.Memory is not null || pretrain.OnlineLayer is not null
                        ? "p => PretrainStep.Carry(p, ContrastiveNetwork.Start(p), run.CarriedKey)"
                    : carries ? "p => PretrainStep.Carry(p, ContrastiveNetwork.Start(p))"
                    : "ContrastiveNetwork.Start",
                    "PretrainStep.Step",
                    carries
                        ? $"(p, s, x) => ContrastiveNetwork.Infer({OptimizerParts.Weights(pretrain.Optimizer)}, s.Network, x)"
                        : "ContrastiveNetwork.Infer",
                    .. pretrain.OnlineLayer is null ? Array.Empty<string>() : ["PretrainStep.Online"],
                ]
            );
            if (carries)
            {
                var weights = OptimizerParts.Weights(pretrain.Optimizer);
                writer.Line($"var pretrained = trained.Keep((p, s) => Network.Of({weights}, s.Network));");
            }
        }

        if (plan.Knn is not null || plan.Linear is not null)
        {
            writer.Line("var encoder = pretrained.Freeze((p, s, x) => Encoder.Infer(p.Encoder, s.Encoder, x));");
        }

        if (plan.Knn is { } knn)
        {
            writer.Line($"run.Knn(encoder, data, k: {knn.K}, temperature: {Literal.Of(knn.Temperature)});");
        }

        if (plan.Linear is { } linear)
        {
            var init = $"() => Dense.Zeros(inputs: {plan.Encoder.Features}, classes: {plan.Data.Classes})";
            var step = linear.Augment is null ? "LinearStep.Step" : "LinearStep.With";
            writer.Separated("run.Linear(", ["encoder", "data", init, step], ");");
        }

        if (plan.LabelOnly is { } labelOnly)
        {
            writer.Separated(
                "run.LabelOnly(",
                [
                    labelOnly.OwnLabels ? $"data.WithLabels({labelOnly.Labels})" : "data",
                    "LabelOnlyNetwork.Init",
                    OptimizerParts.Start("LabelOnlyNetwork", "LabelOnlyStep", labelOnly.Optimizer),
                    "LabelOnlyStep.With",
                    OptimizerParts.Infer("LabelOnlyNetwork", labelOnly.Optimizer),
                    $"rates: [{string.Join(", ", labelOnly.Rates.Select(Literal.Of))}]",
                    "LabelOnlyStep.EvaluateEvery",
                ],
                ");"
            );
        }

        if (plan.Finetune is { } finetune)
        {
            Call(
                writer,
                $"{(plan is { SelfDistill: null, Distill: null } ? "" : "var finetuned = ")}run.Finetune(",
                [
                    "FinetunedNetwork.Init",
                    OptimizerParts.Start("FinetunedNetwork", "FinetuneStep", finetune.Optimizer),
                    "() => FinetuneStep.Begin(pretrained.Value)",
                    "FinetuneStep.Step",
                    OptimizerParts.Infer("FinetunedNetwork", finetune.Optimizer),
                ]
            );
        }

        if (plan.SelfDistill is not null || plan.Distill is not null)
        {
            writer.Line($"var teacher = finetuned.Freeze({OptimizerParts.Infer("FinetunedNetwork", plan.Finetune!.Optimizer)});");
        }

        if (plan.SelfDistill is { } selfDistill)
        {
            var result = plan.Distill is null ? "" : "var selfDistilled = ";
            Taught(writer, $"{result}run.SelfDistill(", "teacher", "SelfDistilledNetwork", "SelfDistill", selfDistill);
        }

        if (plan.Distill is { } distill)
        {
            if (plan.SelfDistill is { } taught)
            {
                writer.Line($"var selfTaught = selfDistilled.Freeze({OptimizerParts.Infer("SelfDistilledNetwork", taught.Optimizer)});");
            }

            Taught(writer, "run.Distill(", plan.SelfDistill is null ? "teacher" : "selfTaught", "StudentNetwork", "Distill", distill);
        }
    }

    private static void Taught(CodeWriter writer, string open, string teacher, string network, string stage, DistillPlan plan)
    {
        var step = $"{stage}Step";
        var batches =
            plan.Images == DistillImages.Labelled ? $"LabelledDistillBatches(data, {step}.Batch)"
            : plan.LabelBatch > 0 ? $"{stage}Batches(data, {step}.Batch, labelBatch: {plan.LabelBatch})"
            : $"{stage}Batches(data, {step}.Batch)";
        writer.Separated(
            open,
            [
                teacher,
                "data",
                $"{network}.Init",
                OptimizerParts.Start(network, step, plan.Optimizer),
                $"{step}.With",
                $"run.{batches}",
                OptimizerParts.Infer(network, plan.Optimizer),
            ],
            ");"
        );
    }

    private static void Call(CodeWriter writer, string open, string[] arguments) => writer.Separated(open, ["data", .. arguments], ");");
}
