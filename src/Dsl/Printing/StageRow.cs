using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Printing;

/// <summary>The row of a stage in the plan table.</summary>
/// <param name="Cells">The cells, one for each column.</param>
/// <param name="Settings">Further settings, which are shown below the table.</param>
internal sealed record StageRow(string[] Cells, string Settings)
{
    public static StageRow Of(StagePlan stage, DataPlan data) =>
        stage.Match(
            pretrain: plan => Pretrain(plan, data),
            knn: plan => Knn(plan, data),
            linear: plan => Linear(plan, data),
            labelOnly: plan => LabelOnly(plan, data),
            finetune: plan => Finetune(plan, data),
            selfDistill: plan => Distillation(plan.Name, data.Unlabelled, plan.Teaching),
            distill: plan => Distillation(plan.Name, plan.Images == DistillImages.All ? data.Unlabelled : data.Labels, plan)
        );

    private static StageRow Pretrain(PretrainPlan plan, DataPlan data) =>
        new(
            TrainingCells(plan, plan.Name, data.Unlabelled, plan.Epochs),
            $"temperature {Numbers.Plain(plan.Temperature)}, {(plan.LossScale == LossScale.Mean ? "mean loss, " : "")}{Head(plan.Head)}; "
                + Augmentation(plan.View)
                + Microbatches(plan.Batch, plan.Microbatch)
                + (plan.OnlineLayer is { } layer ? $"; online linear on head layer {layer}" : "")
                + (plan.Memory is { } memory ? $"\nmemory: {Memory(memory)}" : "")
        );

    private static StageRow Knn(KnnPlan plan, DataPlan data) =>
        new([plan.Name, $"{data.Bank}", "", "", "", "", "", ""], $"k {plan.K}, temperature {Numbers.Plain(plan.Temperature)}");

    private static StageRow Linear(LinearPlan plan, DataPlan data) =>
        new(
            TrainingCells(plan, plan.Name, data.Bank, plan.Epochs),
            plan.Augment is { } view ? Augmentation(view) : "features computed once"
        );

    private static StageRow LabelOnly(LabelOnlyPlan plan, DataPlan data) =>
        new(
            TrainingCells(plan, plan.Name, plan.Labels, plan.Epochs, plan.Rates.Count == 1 ? plan.Rates[0] : null),
            Choice(plan, data) + Augmentation(plan.Augment) + Smoothing(plan.LabelSmoothing) + Microbatches(plan.Batch, plan.Microbatch)
        );

    private static StageRow Finetune(FinetunePlan plan, DataPlan data) =>
        new(
            TrainingCells(plan, plan.Name, data.Labels, plan.Epochs),
            $"from head layer {plan.FromHeadLayer}; {Frozen(plan)}{Augmentation(plan.Augment)}{Smoothing(plan.LabelSmoothing)}"
                + Microbatches(plan.Batch, plan.Microbatch)
        );

    private static StageRow Distillation(string name, int images, DistillPlan plan) =>
        new(
            TrainingCells(plan, name, images, plan.Epochs),
            $"temperature {Numbers.Plain(plan.Temperature)}{(plan.TemperatureSquared ? ", its square a factor" : "")}, "
                + $"alpha {Numbers.Plain(plan.Alpha)}; {Augmentation(plan.Augment)}"
                + Microbatches(plan.Batch, plan.Microbatch)
        );

    private static string[] TrainingCells(ITrainingPlan plan, string name, int images, int? epochs) =>
        TrainingCells(plan, name, images, epochs, plan.Rate.Peak.Value);

    private static string[] TrainingCells(ITrainingPlan plan, string name, int images, int? epochs, double? peak) =>
        [
            name,
            $"{images}",
            $"{epochs}",
            $"{plan.Batch}",
            $"{plan.Rate.TotalSteps.Value}",
            $"{plan.Rate.WarmupSteps.Value}",
            peak is { } rate ? Numbers.Plain(rate) : "",
            $"{Optimizer(plan.Optimizer)}, {plan.Rate.Schedule.ToString().ToLowerInvariant()}",
        ];

    private static string Choice(LabelOnlyPlan plan, DataPlan data) =>
        plan.Rates.Count == 1 && plan.EvaluateEvery >= plan.Rate.TotalSteps.Value
            ? "last step; "
            : $"best of peak rates {string.Join(", ", plan.Rates.Select(Numbers.Plain))} and of every {plan.EvaluateEvery} steps, "
                + $"on the {(data.Validation == 0 ? "test" : "validation")} images; ";

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

    private static string Head(HeadPlan head) =>
        head.Layers switch
        {
            0 => "no head",
            1 => $"linear head to {head.Out}",
            _ => $"head of {head.Layers} layers{(head.HiddenWidth is { } width ? $" of {width}" : "")} to {head.Out}",
        };

    private static string Memory(MemoryPlan memory) =>
        $"{memory.Queue} keys, decay {Numbers.Plain(memory.Decay)}, queries {Word(memory.Queries)}, "
        + $"in batch {Word(memory.InBatch)}, keep {Word(memory.Keep)}, statistics {Word(memory.Statistics)}";

    private static string Word(Enum choice) => choice.ToString().ToLowerInvariant();

    private static string Augmentation(Sequence<AugmentOp> ops) =>
        string.Join(", ", ops.Where(static op => op is not AugmentOp.Clip).Select(Operation));

    private static string Frozen(FinetunePlan plan) =>
        (plan.Freeze == Freeze.None ? "" : $"frozen through {Word(plan.Freeze)}, its batch norms {Word(plan.FrozenBatchNorm)}; ")
        + (plan.FreezeHead ? "head frozen; " : "");

    private static string Smoothing(double smoothing) => smoothing == 0 ? "" : $"; label smoothing {Numbers.Plain(smoothing)}";

    private static string Microbatches(int batch, int? images) =>
        images is null ? "" : $"; {batch / images} microbatches of {images} images";

    private static string Operation(AugmentOp op) =>
        op.Match(
            crop: static plan => $"crop {plan.Area}, flip {Numbers.Plain(plan.Flip)}",
            colour: static plan =>
                $"colour {Numbers.Plain(plan.Strength)} at {Numbers.Plain(plan.Probability)}"
                + (plan.Brightness == Brightness.Add ? ", brightness added" : ""),
            chance: static plan => $"{Word(plan.Operation)} {Numbers.Plain(plan.Probability)}",
            clip: static _ => "clip",
            autoAugment: static plan => $"AutoAugment {Word(plan.Policy)}"
        );
}
