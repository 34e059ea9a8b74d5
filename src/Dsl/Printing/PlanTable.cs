using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Printing;

/// <summary>A plan as text: what a reviewer reads first, in the generated model and from <c>simclr plan</c>.</summary>
public static class PlanTable
{
    /// <summary>The whole plan: data, network, stages.</summary>
    public static string Format(Plan plan) =>
        $"{plan.Name}\n\n{Data(plan)}{OfficialList(plan)}\n{Network(plan.Encoder)}{Student(plan)}\n{Stages(plan)}{Variance(plan)}{Ours(plan)}";

    /// <summary>The layers of a network, one line a stem, block kind or head.</summary>
    public static string Network(EncoderPlan encoder) =>
        $"{encoder.Title}, {StemName(encoder)} stem, {encoder.Channels}×{encoder.Side}×{encoder.Side}\n"
        + TextTable.Format(
            ["part", "block", "blocks", "channels", "stride", "output", "weights", "multiply-adds"],
            [
                Row(
                    "stem",
                    Stem(encoder.Stem),
                    1,
                    encoder.Channels,
                    encoder.Stem.Outputs,
                    StemStride(encoder),
                    encoder.Stem.SideOut,
                    encoder.Stem.Cost
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
        var rows = StageRows(plan).ToArray();
        return TextTable.Format(
                ["stage", "images", "epochs", "batch", "steps", "warm-up", "peak rate", "optimizer"],
                [.. rows.Select(static row => row.Cells)]
            ) + string.Concat(rows.Select(static row => $"{row.Cells[0]}: {row.Settings}\n"));
    }

    private static IEnumerable<StageRow> StageRows(Plan plan)
    {
        var (unlabelled, labels) = (plan.Data.Unlabelled, plan.Data.Labels);
        if (plan.Pretrain is { } pretrain)
        {
            yield return new(
                Trained("pretrain", unlabelled, pretrain.Epochs, pretrain.Batch, pretrain.Rate, pretrain.Optimizer),
                $"temperature {Numbers.Plain(pretrain.Temperature)}, {(pretrain.LossScale == LossScale.Mean ? "mean loss, " : "")}{Head(pretrain.Head)}; "
                    + Ops(pretrain.View)
                    + Microbatches(pretrain.Batch, pretrain.Microbatch)
                    + (pretrain.OnlineLayer is { } layer ? $"; online linear on head layer {layer}" : "")
                    + (pretrain.Memory is { } memory ? $"\nmemory: {Memory(memory)}" : "")
            );
        }

        if (plan.Knn is { } knn)
        {
            yield return new(
                ["knn", $"{plan.Data.Bank}", "", "", "", "", "", ""],
                $"k {knn.K}, temperature {Numbers.Plain(knn.Temperature)}"
            );
        }

        if (plan.Linear is { } linear)
        {
            yield return new(
                Trained("linear", plan.Data.Bank, linear.Epochs, linear.Batch, linear.Rate, linear.Optimizer),
                linear.Augment is { } view ? Ops(view) : "features computed once"
            );
        }

        if (plan.LabelOnly is { } labelOnly)
        {
            yield return new(
                [
                    "supervised",
                    $"{labelOnly.Labels}",
                    $"{labelOnly.Epochs}",
                    $"{labelOnly.Batch}",
                    $"{labelOnly.Rate.TotalSteps.Value}",
                    $"{labelOnly.Rate.WarmupSteps.Value}",
                    labelOnly.Rates.Count == 1 ? Numbers.Plain(labelOnly.Rates[0]) : "",
                    $"{Optimizer(labelOnly.Optimizer)}, {labelOnly.Rate.Schedule.ToString().ToLowerInvariant()}",
                ],
                Choice(labelOnly, plan.Data)
                    + Ops(labelOnly.Augment)
                    + Smoothing(labelOnly.LabelSmoothing)
                    + Microbatches(labelOnly.Batch, labelOnly.Microbatch)
            );
        }

        if (plan.Finetune is { } finetune)
        {
            yield return new(
                Trained("finetune", labels, finetune.Epochs, finetune.Batch, finetune.Rate, finetune.Optimizer),
                $"from head layer {finetune.FromHeadLayer}; {Frozen(finetune)}{Ops(finetune.Augment)}{Smoothing(finetune.LabelSmoothing)}"
                    + Microbatches(finetune.Batch, finetune.Microbatch)
            );
        }

        if (plan.SelfDistill is { } selfDistill)
        {
            yield return Taught("self_distill", unlabelled, selfDistill);
        }

        if (plan.Distill is { } distill)
        {
            yield return Taught("distill", distill.Images == DistillImages.All ? unlabelled : labels, distill);
        }
    }

    private static string Choice(LabelOnlyPlan plan, DataPlan data) =>
        plan.Rates.Count == 1 && plan.EvaluateEvery >= plan.Rate.TotalSteps.Value
            ? "last step; "
            : $"best of peak rates {string.Join(", ", plan.Rates.Select(Numbers.Plain))} and of every {plan.EvaluateEvery} steps, on the {(data.Validation == 0 ? "test" : "validation")} images; ";

    private static StageRow Taught(string name, int images, DistillPlan plan) =>
        new(
            Trained(name, images, plan.Epochs, plan.Batch, plan.Rate, plan.Optimizer),
            $"temperature {Numbers.Plain(plan.Temperature)}{(plan.TemperatureSquared ? ", its square a factor" : "")}, "
                + $"alpha {Numbers.Plain(plan.Alpha)}; {Ops(plan.Augment)}"
                + Microbatches(plan.Batch, plan.Microbatch)
        );

    private static string[] Trained(string name, int images, int epochs, int batch, RatePlan rate, OptimizerPlan optimizer) =>
        [
            name,
            $"{images}",
            $"{epochs}",
            $"{batch}",
            $"{rate.TotalSteps.Value}",
            $"{rate.WarmupSteps.Value}",
            Numbers.Plain(rate.Peak.Value),
            $"{Optimizer(optimizer)}, {rate.Schedule.ToString().ToLowerInvariant()}",
        ];

    private static string Optimizer(OptimizerPlan optimizer) =>
        optimizer.Match(
            lars: static plan =>
                $"{(plan.Nesterov ? "Nesterov LARS" : "LARS")}, decay {Numbers.Plain(plan.WeightDecay)}"
                + (plan.Unadapted == 1 ? "" : $", unadapted {Numbers.Plain(plan.Unadapted)}"),
            sgd: static plan => $"{(plan.Nesterov ? "Nesterov SGD" : "SGD")}, decay {Numbers.Plain(plan.WeightDecay)}",
            adam: static plan => $"{(plan.Decoupled ? "AdamW" : "Adam")}, decay {Numbers.Plain(plan.WeightDecay)}"
        )
        + (optimizer.Clip is { } clip ? $", clip {Numbers.Plain(clip)}" : "")
        + (optimizer.Average is { } average ? $", average {Numbers.Plain(average)}" : "");

    private static string Variance(Plan plan) =>
        plan.RunningVariance == RunningVariance.Unbiased ? "batch norms keep the unbiased variance\n" : "";

    private static string Head(HeadPlan head) =>
        head.Layers switch
        {
            0 => "no head",
            1 => $"linear head to {head.Out}",
            _ => $"head of {head.Layers} layers{(head.HiddenWidth is { } width ? $" of {width}" : "")} to {head.Out}",
        };

    private static string Memory(MemoryPlan memory) =>
        $"{memory.Queue} keys, decay {Numbers.Plain(memory.Decay)}, "
        + $"queries {Word(memory.Queries)}, in batch {Word(memory.InBatch)}, keep {Word(memory.Keep)}, statistics {Word(memory.Statistics)}";

    private static string Word(Enum choice) => choice.ToString().ToLowerInvariant();

    private static string Ops(Sequence<AugmentOp> ops) => string.Join(", ", ops.Where(static op => op is not AugmentOp.Clip).Select(Op));

    private static string Frozen(FinetunePlan plan) =>
        (plan.Freeze == Freeze.None ? "" : $"frozen through {Word(plan.Freeze)}, its batch norms {Word(plan.FrozenBatchNorm)}; ")
        + (plan.FreezeHead ? "head frozen; " : "");

    private static string Smoothing(double smoothing) => smoothing == 0 ? "" : $"; label smoothing {Numbers.Plain(smoothing)}";

    private static string Microbatches(int batch, int? images) =>
        images is null ? "" : $"; {batch / images} microbatches of {images} images";

    private static string Op(AugmentOp op) =>
        op.Match(
            crop: static plan => $"crop {plan.Area}, flip {Numbers.Plain(plan.Flip)}",
            colour: static plan =>
                $"colour {Numbers.Plain(plan.Strength)} at {Numbers.Plain(plan.Probability)}"
                + (plan.Brightness == Brightness.Add ? ", brightness added" : ""),
            chance: static plan => $"{Word(plan.Operation)} {Numbers.Plain(plan.Probability)}",
            clip: static _ => "clip",
            autoAugment: static plan => $"AutoAugment {Word(plan.Policy)}"
        );

    private static IEnumerable<string[]> Group(GroupPlan group) =>
        [Block($"group {group.Index}", group.Entry, 1), Block("", group.Body, group.BodyBlocks)];

    private static string[] Block(string part, BlockPlan block, int count)
    {
        var kind = block.Match(static _ => "basic", static _ => "bottleneck", static _ => "selective", static _ => "selective basic");
        var skip = block.Skip.Match(static () => "", static _ => ", projected", static _ => ", pooled");
        return Row(part, kind + skip, count, block.Inputs, block.Outputs, block.Stride, block.SideOut, count * block.Cost);
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

    /// <summary>A stage's numbers, and what does not fit in a column.</summary>
    private sealed record StageRow(string[] Cells, string Settings);
}
