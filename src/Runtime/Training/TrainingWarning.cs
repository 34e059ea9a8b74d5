using System.Text.Json.Serialization;

namespace SimClrDsl.Runtime.Training;

/// <summary>A sign that a training goes wrong: one line of warnings.jsonl. A stage has at most one of each kind.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Step">Number of steps that the stage had taken when the sign was seen.</param>
/// <param name="Kind"><see cref="Collapse"/> or <see cref="Divergence"/>.</param>
/// <param name="Text">What shows it, and what to do, without the stage and the step.</param>
public sealed record TrainingWarning(
    [property: JsonPropertyName("stage")] string Stage,
    [property: JsonPropertyName("step")] int Step,
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("text")] string Text
)
{
    /// <summary>The network gives the same for all images.</summary>
    public const string Collapse = "collapse";

    /// <summary>The loss grows.</summary>
    public const string Divergence = "divergence";
}
