using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>The supervised baseline, decided: each rate from scratch, the best evaluation of all.</summary>
/// <param name="Labels">Images it learns from.</param>
/// <param name="OwnLabels">Whether they are drawn for this stage, rather than those of fine-tuning.</param>
/// <param name="Epochs">Passes over them; null where the spec counts steps.</param>
/// <param name="Microbatch">Images that go through the network at a time, or null for all of a step.</param>
/// <param name="Rate">Steps, warm-up and schedule; its peak is the one rate where there is one.</param>
/// <param name="Rates">Peak rates that are tried.</param>
/// <param name="EvaluateEvery">Steps between evaluations.</param>
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
) : StagePlan, ITrainingPlan
{
    // Of a baseline that is given in steps.
    private const int DefaultBatch = 64;
    private const int DefaultSteps = 1000;
    private const int DefaultEvaluateEvery = 200;

    /// <inheritdoc/>
    public override string Name => StageNames.Supervised;

    internal static LabelOnlyPlan Of(SupervisedSpec spec, DataPlan data)
    {
        var labels = LabelsOf(spec, data);
        var batch = BatchOf(spec, labels);
        var defaults = StageDefaults.Supervised;
        var rate = spec.Epochs is { } epochs
            ? OptimizerPlanner.Rate(spec.Optimizer, defaults, labels, epochs, batch)
            : OptimizerPlanner.RateOfSteps(spec.Optimizer, defaults, labels, StepsOf(spec), batch);
        return new(
            labels,
            spec.Labels is not null,
            spec.Epochs,
            batch,
            spec.Microbatch,
            rate,
            spec.LearningRates ?? (spec.Epochs is null ? [0.03, 0.1, 0.3] : [rate.Peak.Value]),
            spec.EvaluateEvery ?? (spec.Epochs is null ? Math.Min(DefaultEvaluateEvery, rate.TotalSteps.Value) : rate.TotalSteps.Value),
            AugmentOp.CropOf(spec.Augment, data),
            spec.LabelSmoothing,
            OptimizerPlanner.Optimizer(spec.Optimizer, defaults)
        );
    }

    /// <summary>Images that the baseline learns from.</summary>
    internal static int LabelsOf(SupervisedSpec spec, DataPlan data) => spec.Labels is { } own ? own.CountOf(data.NotHeldOut) : data.Labels;

    /// <summary>Images a step, where the spec leaves it open.</summary>
    internal static int BatchOf(SupervisedSpec spec, int labels) =>
        spec.Batch ?? Math.Min(spec.Epochs is null ? DefaultBatch : StageDefaults.LargeBatch, labels);

    /// <summary>Steps of a baseline that is not given in epochs, where the spec leaves it open.</summary>
    internal static int StepsOf(SupervisedSpec spec) => spec.Steps ?? DefaultSteps;

    // So many labels are drawn alike for this stage and for the others; only those of a list are not.
    internal override StageIdentity Identity(Plan plan) =>
        new(
            OwnLabels ? StageIdentity.OwnLabelledImages(plan, Labels) : StageIdentity.LabelledImages(plan),
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
                    Optimizer = OptimizerPlanner.Decided(given.Optimizer, StageDefaults.Supervised),
                },
            },
        };
    }
}
