using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>Writes the class of the experiment: its data, and its stages in order, each with the stage that it starts from.</summary>
internal static class PipelineEmitter
{
    public static void Emit(CodeWriter writer, Plan plan, IReadOnlyList<StageCode> stages)
    {
        writer.Blank();
        writer.Summary($"The experiment {plan.Name}: each stage hands its network to the next.");
        using (writer.Block("public sealed partial class Experiment : IExperiment"))
        {
            writer.Line($"public string Name => {Literal.Of(plan.Name)};");
            writer.Blank();
            EmitData(writer, plan.Data);
            writer.Blank();
            writer.Line($"public AugmentedView? View => {(plan.Pretrain is null ? "null" : "PretrainStep.View")};");
            writer.Blank();
            EmitStages(writer, [.. stages.Select(static stage => stage.Wiring)]);
        }
    }

    private static void EmitStages(CodeWriter writer, IReadOnlyList<Wiring> stages)
    {
        if (stages.Count == 0)
        {
            writer.Line("public IReadOnlyList<Stage> Stages => [];");
            return;
        }

        using (writer.Block("public IReadOnlyList<Stage> Stages"))
        using (writer.Block("get"))
        {
            foreach (var stage in stages)
            {
                writer.Separated($"var {stage.Variable} = {stage.Call}(", stage.Arguments, ");");
                if (stage.After is { } line)
                {
                    writer.Line(line);
                }
            }

            writer.Line($"return [{string.Join(", ", stages.Select(static stage => stage.Variable))}];");
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
}
