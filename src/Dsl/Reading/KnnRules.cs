using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Rules about k-nearest-neighbour evaluation.</summary>
internal static class KnnRules
{
    public const string Path = $"evaluate.{StageNames.Knn}";

    public static IEnumerable<Violation> Check(KnnSpec spec, DataPlan data) =>
        DataRules.Bank(Path, data) is { Count: > 0 } violations ? violations
        : spec.K > data.Bank && data.Bank > 0 ? [SpecErrors.Neighbours.Broken($"{Path}.k", spec.K, data.Bank, DataRules.BankName(data))]
        : [];
}
