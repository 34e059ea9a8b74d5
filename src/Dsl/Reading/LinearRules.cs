using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Rules about linear evaluation.</summary>
internal static class LinearRules
{
    public const string Path = $"evaluate.{StageNames.Linear}";

    public static IEnumerable<Violation> Check(LinearSpec spec, DataPlan data)
    {
        return DataRules
            .Bank(Path, data)
            .Concat(
                TrainingRules.Check(
                    new(
                        Path: Path,
                        Batch: LinearPlan.BatchOf(spec, data),
                        Images: data.Bank,
                        ImagesName: DataRules.BankName(data),
                        Epochs: spec.Epochs,
                        Optimizer: spec.Optimizer
                    )
                    {
                        SmallestBatch = 1,
                    }
                )
            )
            .Concat(Optimizer(spec.Optimizer));
    }

    // Momentum is the only state of an optimizer that linear evaluation keeps from one step to the next.
    private static IEnumerable<Violation> Optimizer(OptimizerSpec optimizer) =>
        optimizer.Adam is not null ? [SpecErrors.LinearOptimizer.Broken($"{Path}.optimizer.adam", "'sgd' or 'lars'")]
        : optimizer.Average is not null ? [SpecErrors.LinearOptimizer.Broken($"{Path}.optimizer.average", "the last weights")]
        : [];
}
