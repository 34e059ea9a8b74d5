using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Rules about the supervised baseline.</summary>
internal static class SupervisedRules
{
    public const string Path = $"evaluate.{StageNames.Supervised}";

    public static IEnumerable<Violation> Check(SupervisedSpec spec, DataPlan data)
    {
        var labels = LabelOnlyPlan.LabelsOf(spec, data);
        var batch = LabelOnlyPlan.BatchOf(spec, labels);
        var epochs = spec.Epochs ?? EpochsOf(LabelOnlyPlan.StepsOf(spec), labels, batch);
        return TrainingRules
            .Check(
                new(Path: Path, Batch: batch, Images: labels, ImagesName: Training.Labelled, Epochs: epochs, Optimizer: spec.Optimizer)
                {
                    Microbatch = spec.Microbatch,
                }
            )
            .Concat(spec.Labels is { } own ? DataRules.CheckLabels($"{Path}.labels", own, data) : [])
            .Concat(spec.LearningRates is { Count: 0 } ? [SpecErrors.EmptyList.Broken($"{Path}.learning_rates")] : [])
            .Concat(Evaluations(spec));
    }

    // Epochs of a training whose length is given in steps, rounded down to a hundredth, because messages show the number.
    private static double EpochsOf(int steps, int images, int batch) => images == 0 ? 0 : Math.Floor(100.0 * steps * batch / images) / 100;

    private static IEnumerable<Violation> Evaluations(SupervisedSpec spec)
    {
        var steps = LabelOnlyPlan.StepsOf(spec);
        return spec is { Epochs: not null, Steps: not null } ? [SpecErrors.StepsOrEpochs.Broken($"{Path}.steps")]
            : spec is { Epochs: null, EvaluateEvery: { } every } && every > steps
                ? [SpecErrors.Evaluations.Broken($"{Path}.evaluate_every", every, steps)]
            : [];
    }
}
