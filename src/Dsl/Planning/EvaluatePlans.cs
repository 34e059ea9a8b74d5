namespace SimClrDsl.Planning;

/// <summary>k-nearest-neighbour evaluation, decided.</summary>
public sealed record KnnPlan(int K, double Temperature);

/// <summary>Linear evaluation, decided.</summary>
/// <param name="Augment">Crop and flip, or nothing: then each image's features are computed once.</param>
public sealed record LinearPlan(int Epochs, int Batch, AugmentOp.Crop? Augment, OptimizerPlan Optimizer, RatePlan Rate);

/// <summary>The label-only baseline, decided: Nesterov SGD, each rate from scratch, the best evaluation of all.</summary>
public sealed record LabelOnlyPlan(
    int Batch,
    int Steps,
    Sequence<double> Rates,
    int EvaluateEvery,
    AugmentOp.Crop Augment,
    OptimizerPlan Optimizer
);
