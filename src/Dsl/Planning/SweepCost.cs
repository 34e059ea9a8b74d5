namespace SimClrDsl.Planning;

/// <summary>What a sweep asks of a machine. Stages that its experiments share count once.</summary>
/// <param name="Experiments">Experiments it declares.</param>
/// <param name="Stages">How often each stage runs.</param>
/// <param name="Steps">Steps of all stages.</param>
/// <param name="Parameters">Of the smallest and the largest encoder, running statistics included, as the paper's Table 1 counts.</param>
/// <param name="MultiplyAdds">Of one image through the cheapest and the dearest encoder.</param>
/// <param name="Training">Multiply-adds of all stages.</param>
/// <param name="Bytes">Memory of the largest step in float32.</param>
public sealed record SweepCost(
    int Experiments,
    IReadOnlyDictionary<string, int> Stages,
    long Steps,
    Extent Parameters,
    Extent MultiplyAdds,
    double Training,
    double Bytes
)
{
    /// <summary>The cost of at least one plan.</summary>
    public static SweepCost Of(IReadOnlyList<Plan> plans)
    {
        var stages = DifferentStages(plans);
        var encoders = plans.Select(static plan => plan.Encoder.Cost).ToList();
        return new(
            plans.Count,
            stages.GroupBy(static stage => stage.Stage).ToDictionary(static same => same.Key, static same => same.Count()),
            stages.Sum(static stage => stage.Steps),
            Extent.Of(encoders.Select(static cost => cost.Parameters.WithStatistics)),
            Extent.Of(encoders.Select(static cost => cost.MultiplyAdds)),
            stages.Sum(static stage => stage.MultiplyAdds),
            stages.Select(static stage => stage.Bytes).DefaultIfEmpty().Max()
        );
    }

    private static IReadOnlyList<StageCost> DifferentStages(IEnumerable<Plan> plans)
    {
        var known = new HashSet<string>();
        var stages = new List<StageCost>();
        foreach (var plan in plans)
        {
            var hashes = StageHashes.Of(plan);
            stages.AddRange(StageCost.Of(plan).Where(stage => known.Add(hashes[stage.Stage])));
        }

        return stages;
    }
}

/// <summary>The smallest and the largest of some numbers.</summary>
public sealed record Extent(long From, long To)
{
    public static Extent Of(IEnumerable<long> values) =>
        values.Aggregate(
            (Extent?)null,
            static (extent, value) => new(Math.Min(extent?.From ?? value, value), Math.Max(extent?.To ?? value, value))
        ) ?? throw new ArgumentException("There is no value.", nameof(values));
}
