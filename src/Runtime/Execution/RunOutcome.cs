using SimClrDsl.Planning;
using SimClrDsl.Runtime.Runs;

namespace SimClrDsl.Runtime.Execution;

/// <summary>What a run has given.</summary>
/// <param name="Experiment">Name of the experiment.</param>
/// <param name="Folder">Path of the run's folder.</param>
/// <param name="Stages">Its stages in the order in which they ran; with <see cref="RunSettings.Only"/>, that stage alone.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record RunOutcome(string Experiment, string Folder, IReadOnlyList<StageOutcome> Stages, TimeSpan Elapsed)
{
    /// <summary>All accuracies, in the order in which they were measured.</summary>
    public IReadOnlyList<ResultRow> Results => [.. Stages.SelectMany(static stage => stage.Results)];

    /// <summary>The network of the last stage that classifies; null if there is none.</summary>
    public TrainedNetwork? Classifier => Stages.LastOrDefault(static stage => stage.Classifies)?.Network;

    /// <summary>What it was computed on: the device, the number type and the kernels, such as "cpu, bf16, kernels for avx512".</summary>
    public required string ComputedOn { get; init; }

    /// <summary>The accuracies as a table for people, one line each under a heading.</summary>
    public override string ToString() => Results.Count == 0 ? $"{Experiment}: nothing was measured" : ResultTable.Format(Results);
}

/// <summary>What a stage of a run has given, whether it ran now or was finished before.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Results">The accuracies that it measured, each with its protocol; none for a stage that measures none.</param>
/// <param name="Network">The network that it trained; null for a stage that trains none.</param>
public sealed record StageOutcome(string Stage, IReadOnlyList<ResultRow> Results, TrainedNetwork? Network)
{
    /// <summary>Whether its network gives a class to a picture.</summary>
    public bool Classifies => Network is not null && StageNames.Classifies(Stage);
}
