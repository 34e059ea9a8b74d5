using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>
/// The label-only baseline with every setting decided: one training run from scratch for each peak rate, of which the best evaluation
/// counts.
/// </summary>
/// <param name="Labels">Number of labelled images that it learns from.</param>
/// <param name="OwnLabels">Whether these images are drawn for this stage alone; otherwise they are those of fine-tuning.</param>
/// <param name="Epochs">Passes over the images; null where the spec gives steps instead.</param>
/// <param name="Batch">Images per step.</param>
/// <param name="Microbatch">Images that go through the network at a time; null for the whole batch.</param>
/// <param name="Rate">Step counts and schedule; its peak is used only where <paramref name="Rates"/> has that one rate.</param>
/// <param name="Rates">Peak learning rates that are tried.</param>
/// <param name="EvaluateEvery">Steps between evaluations.</param>
/// <param name="Augment">Operations of the augmentation, in order.</param>
/// <param name="LabelSmoothing">Share of the target that is spread over all classes, from 0 to 1.</param>
/// <param name="Optimizer">The optimizer.</param>
public sealed record LabelOnlyPlan(
    int Labels,
    bool OwnLabels,
    int? Epochs,
    int Batch,
    int? Microbatch,
    RatePlan Rate,
    Sequence<double> Rates,
    int EvaluateEvery,
    Sequence<AugmentOp> Augment,
    double LabelSmoothing,
    OptimizerPlan Optimizer
) : StagePlan, ILabelledTrainingPlan
{
    // Defaults of a baseline whose length is given in steps.
    private const int DefaultBatch = 64;
    private const int DefaultSteps = 1000;
    private const int DefaultEvaluateEvery = 200;

    /// <inheritdoc/>
    public override string Name => StageNames.Supervised;

    internal static LabelOnlyPlan Of(SupervisedSpec spec, DataPlan data)
    {
        var labels = LabelsOf(spec, data);
        var batch = BatchOf(spec, labels);
        var defaults = StageDefaults.LabelOnly;
        var rate = spec.Epochs is { } epochs
            ? OptimizerPlanner.Rate(spec.Optimizer, defaults, labels, epochs, batch)
            : OptimizerPlanner.RateOfSteps(spec.Optimizer, defaults, labels, StepsOf(spec), batch);
        return new(
            Labels: labels,
            OwnLabels: spec.Labels is not null,
            Epochs: spec.Epochs,
            Batch: batch,
            Microbatch: spec.Microbatch,
            Rate: rate,
            Rates: spec.LearningRates ?? (spec.Epochs is null ? [0.03, 0.1, 0.3] : [rate.Peak.Value]),
            EvaluateEvery: spec.EvaluateEvery
                ?? (spec.Epochs is null ? Math.Min(DefaultEvaluateEvery, rate.TotalSteps.Value) : rate.TotalSteps.Value),
            Augment: AugmentOp.CropOf(spec.Augment, data),
            LabelSmoothing: spec.LabelSmoothing,
            Optimizer: OptimizerPlanner.Optimizer(spec.Optimizer, defaults)
        );
    }

    /// <summary>Number of images that the baseline learns from.</summary>
    internal static int LabelsOf(SupervisedSpec spec, DataPlan data) => spec.Labels is { } own ? own.CountOf(data.NotHeldOut) : data.Labels;

    /// <summary>Images per step: as the spec says, or else 64, or 4096 with epochs, or all images where there are fewer.</summary>
    internal static int BatchOf(SupervisedSpec spec, int labels) =>
        spec.Batch ?? Math.Min(spec.Epochs is null ? DefaultBatch : StageDefaults.LargeBatch, labels);

    /// <summary>Steps of a baseline whose length is not given in epochs: as the spec says, or else 1000.</summary>
    internal static int StepsOf(SupervisedSpec spec) => spec.Steps ?? DefaultSteps;

    // Labels that are drawn are the same for this stage as for the others, if their number is the same; only a list may name other images.
    // So whether they are the stage's own makes a difference only where there is a list.
    internal override StageDependencies Dependencies(Plan plan) =>
        new(
            OwnLabels ? StageDependencies.OwnLabelledImages(plan, Labels) : StageDependencies.LabelledImages(plan),
            this with
            {
                OwnLabels = OwnLabels || plan.Data is { LabelList: null, OfficialList: null },
            },
            plan.Encoder
        );

    internal override StageCost Cost(Plan plan) =>
        StageCost.OfTraining(
            this,
            plan.Encoder,
            plan.Encoder.Cost,
            (long)Rate.TotalSteps.Value * Rates.Count,
            new(Batch, Batch, Microbatch)
        );

    internal override Spec WriteInto(Spec spec, Plan plan)
    {
        var given = spec.Evaluate!.Supervised!;
        return spec with
        {
            Evaluate = spec.Evaluate with
            {
                Supervised = given with
                {
                    Steps = given.Epochs is null ? Rate.TotalSteps.Value : null,
                    Batch = Batch,
                    LearningRates = Rates,
                    EvaluateEvery = EvaluateEvery,
                    Optimizer = OptimizerPlanner.Decided(given.Optimizer, StageDefaults.LabelOnly),
                },
            },
        };
    }
}
