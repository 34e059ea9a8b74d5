namespace SimClrDsl.Planning;

/// <summary>Compute and memory that a sweep needs. A stage that several experiments share counts once.</summary>
/// <param name="Experiments">Number of experiments.</param>
/// <param name="Stages">How often each stage runs, by its name.</param>
/// <param name="Steps">Steps of all stages.</param>
/// <param name="Parameters">
/// Parameters of the smallest and the largest encoder, with running statistics, as the paper's Table 1 counts.
/// </param>
/// <param name="MultiplyAdds">Multiply-adds of a forward pass of one image, for the cheapest and the most expensive encoder.</param>
/// <param name="Training">Multiply-adds of all stages.</param>
/// <param name="Bytes">Bytes of memory of the largest step, in float32.</param>
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
            Experiments: plans.Count,
            Stages: stages.GroupBy(static stage => stage.Stage).ToDictionary(static same => same.Key, static same => same.Count()),
            Steps: stages.Sum(static stage => stage.Steps),
            Parameters: Extent.Of(encoders.Select(static cost => cost.Parameters.WithStatistics)),
            MultiplyAdds: Extent.Of(encoders.Select(static cost => cost.MultiplyAdds)),
            Training: stages.Sum(static stage => stage.MultiplyAdds),
            Bytes: stages.Select(static stage => stage.Bytes).DefaultIfEmpty().Max()
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
/// <param name="From">The smallest.</param>
/// <param name="To">The largest.</param>
public sealed record Extent(long From, long To)
{
    /// <summary>The extent of at least one number.</summary>
    /// <exception cref="ArgumentException">There is no number.</exception>
    public static Extent Of(IEnumerable<long> values) =>
        values.Aggregate(
            (Extent?)null,
            static (extent, value) => new(Math.Min(extent?.From ?? value, value), Math.Max(extent?.To ?? value, value))
        ) ?? throw new ArgumentException("There is no value.", nameof(values));
}
