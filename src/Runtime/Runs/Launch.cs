using System.Text.Json.Serialization;

namespace SimClrDsl.Runtime.Runs;

/// <summary>The start of a run, or of what was left of it: one line of launches.jsonl.</summary>
/// <param name="Date">Date and time of the start, in UTC, as ISO 8601 writes it.</param>
/// <param name="Computed">What the run computes on and with.</param>
/// <param name="MadeFrom">What the run is made from.</param>
public sealed record Launch(
    [property: JsonPropertyName("date")] string Date,
    [property: JsonPropertyName("computed")] ComputedOn Computed,
    [property: JsonPropertyName("made_from")] MadeFrom MadeFrom
);

/// <summary>What a run is made from besides its spec.</summary>
/// <param name="Host">Name of the machine.</param>
/// <param name="Process">Number of the process.</param>
/// <param name="GitCommit">Commit that is checked out where the command was given; absent where there is none.</param>
/// <param name="GitChanged">Whether tracked files differ from that commit.</param>
/// <param name="Code">Digest of the program.</param>
/// <param name="Data">Digests of the images and labels of each stage, by its name.</param>
public sealed record MadeFrom(
    [property: JsonPropertyName("host")] string Host,
    [property: JsonPropertyName("process")] int Process,
    [property: JsonPropertyName("git_commit")] string? GitCommit,
    [property: JsonPropertyName("git_changed")] bool? GitChanged,
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("data")] IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Data
);
