using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>k-nearest-neighbour evaluation, decided.</summary>
public sealed record KnnPlan(int K, double Temperature);

/// <summary>Linear evaluation, decided.</summary>
/// <param name="Augment">Crop and flip, or nothing: then each image's features are computed once.</param>
public sealed record LinearPlan(int Epochs, int Batch, Sequence<AugmentOp>? Augment, OptimizerPlan Optimizer, RatePlan Rate);

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
);
