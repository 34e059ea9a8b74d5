using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Printing;

/// <summary>A plan as text, for reviewers: <c>simclr plan</c> shows it, and the generated experiment starts with it as a comment.</summary>
public static class PlanTable
{
    /// <summary>The whole plan: data, networks and stages.</summary>
    public static string Format(Plan plan) =>
        $"{plan.Name}\n\n{Data(plan)}{OfficialList(plan)}\n{Network(plan.Encoder)}{Student(plan)}\n"
        + $"{Stages(plan)}{Variance(plan)}{Ours(plan)}";

    /// <summary>
    /// The layers of a network: one line for the stem, and two for each group of blocks, its first block and the further ones.
    /// </summary>
    public static string Network(EncoderPlan encoder) =>
        $"{encoder.Title}, {StemName(encoder)} stem, {encoder.Channels}×{encoder.Side}×{encoder.Side}\n"
        + TextTable.Format(
            ["part", "block", "blocks", "channels", "stride", "output", "weights", "multiply-adds"],
            [
                Row(
                    part: "stem",
                    block: Stem(encoder.Stem),
                    count: 1,
                    inputs: encoder.Channels,
                    outputs: encoder.Stem.Outputs,
                    stride: StemStride(encoder),
                    side: encoder.Stem.SideOut,
                    cost: encoder.Stem.Cost
                ),
                .. encoder.Groups.SelectMany(Group),
                ["features", "mean", "", "", "", $"{encoder.Features}", "", ""],
                Total(encoder.Cost),
            ]
        )
        + $"with batch-norm statistics: {Numbers.Grouped(encoder.Cost.Parameters.WithStatistics)} parameters\n"
        + Recomputed(encoder);

    private static string Ours(Plan plan) =>
        string.Concat(
            OwnChoices
                .Of(plan.Spec)
                .Select(static (line, i) => i == 0 ? $"\nours, where the paper leaves it open:\n  {line}\n" : $"  {line}\n")
        );

    private static string Recomputed(EncoderPlan encoder) =>
        encoder.Recompute is null
            ? ""
            : $"blocks run again in the backward pass: {Numbers.Grouped(encoder.Activations)} of "
                + $"{Numbers.Grouped(encoder.Cost.Activations)} activations of an image in memory\n";

    private static string Data(Plan plan) =>
        $"data: {Text(plan.Data.Source)}, {plan.Data.Channels}×{plan.Data.Side}×{plan.Data.Side}, {Images(plan.Data)}\n"
        + (plan.Data.On == EvaluateOn.Test ? "" : "results are measured on the validation images\n");

    private static string Images(DataPlan data) =>
        data.Classes == 0
            ? $"{Numbers.Grouped(data.Unlabelled)} unlabelled images"
            : $"{data.Classes} classes; {Numbers.Grouped(data.Unlabelled)} unlabelled"
                + (data.TrainLabels is null ? "" : $" (of {Numbers.Grouped(data.Bank)} the label is known)")
                + $", {Numbers.Grouped(data.Labels)} labelled, "
                + (data.Validation == 0 ? "" : $"{Numbers.Grouped(data.Validation)} held out for validation, ")
                + $"{Numbers.Grouped(data.TestImages)} test images";

    private static string OfficialList(Plan plan) =>
        plan.Data.OfficialList is { } list
            ? $"labels: the official list {list} where the data set's folder has it, else drawn by the seed\n"
            : "";

    private static string Student(Plan plan) => plan.Distill is { } distill ? $"\nstudent: {Network(distill.Student)}" : "";

    private static string Stages(Plan plan)
    {
        var rows = plan.Stages.Select(stage => StageRow.Of(stage, plan.Data)).ToArray();
        return TextTable.Format(
                ["stage", "images", "epochs", "batch", "steps", "warm-up", "peak rate", "optimizer"],
                [.. rows.Select(static row => row.Cells)]
            ) + string.Concat(rows.Select(static row => $"{row.Cells[0]}: {row.Settings}\n"));
    }

    private static string Variance(Plan plan) =>
        plan.RunningVariance == RunningVariance.Unbiased ? "batch norms keep the unbiased variance\n" : "";

    private static IEnumerable<string[]> Group(GroupPlan group) =>
        [Block($"group {group.Index}", group.Entry, 1), Block("", group.Body, group.BodyBlocks)];

    private static string[] Block(string part, BlockPlan block, int count)
    {
        var kind = block.Match(
            basic: static _ => "basic",
            bottleneck: static _ => "bottleneck",
            selective: static _ => "selective",
            selectiveBasic: static _ => "selective basic"
        );
        var skip = block.Skip.Match(identity: static () => "", projected: static _ => ", projected", pooled: static _ => ", pooled");
        return Row(
            part: part,
            block: kind + skip,
            count: count,
            inputs: block.Inputs,
            outputs: block.Outputs,
            stride: block.Stride,
            side: block.SideOut,
            cost: count * block.Cost
        );
    }

    private static string[] Row(string part, string block, int count, int inputs, int outputs, int stride, int side, Cost cost) =>
        [
            part,
            block,
            $"{count}",
            $"{inputs} → {outputs}",
            $"{stride}",
            $"{outputs}×{side}×{side}",
            Numbers.Grouped(cost.Parameters.Weights),
            Numbers.Grouped(cost.MultiplyAdds),
        ];

    private static string[] Total(Cost cost) =>
        ["total", "", "", "", "", "", Numbers.Grouped(cost.Parameters.Weights), Numbers.Grouped(cost.MultiplyAdds)];

    private static string Stem(StemPlan stem) =>
        $"conv {string.Join(", ", stem.Convs.Select(static conv => $"{conv.Kernel}×{conv.Kernel}"))}{(stem.MaxPool ? ", max-pool" : "")}";

    private static int StemStride(EncoderPlan encoder) => encoder.Stem.MaxPool ? 4 : 1;

    private static string StemName(EncoderPlan encoder) =>
        (encoder.StemKind, encoder.SelectiveKernel) switch
        {
            (Specs.Stem.Small, _) => "small",
            (_, true) => "ResNet-D",
            _ => "ImageNet",
        };

    private static string Text(DataSource source) => Reading.RecordShape.KebabCase($"{source}");
}
