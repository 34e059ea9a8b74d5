using System.Text.Json;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Runs;

/// <summary>Where a stage stood when a checkpoint was made: all that it needs to go on as if it had never been interrupted.</summary>
/// <param name="Tensors">The training state and whatever else the stage keeps, by name.</param>
/// <param name="Note">Numbers and texts.</param>
internal sealed record UnfinishedStage(IReadOnlyDictionary<string, Tensor> Tensors, UnfinishedNote Note);

/// <summary>The numbers and texts of an unfinished stage.</summary>
/// <param name="Position">Steps of the whole stage, which may train several networks.</param>
/// <param name="Step">Steps that the network under way has taken.</param>
/// <param name="Measured">What was measured since the last point of the curves.</param>
/// <param name="Curve">The points so far.</param>
/// <param name="Aside">What the stage itself has noted; null where it notes nothing.</param>
internal sealed record UnfinishedNote(int Position, int Step, Meter.Reading Measured, IReadOnlyList<CurvePoint> Curve, string? Aside)
{
    internal string ToJson() => JsonSerializer.Serialize(this, RunJson.Line);

    /// <summary>What <see cref="ToJson"/> wrote; null for any other text.</summary>
    internal static UnfinishedNote? Parse(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<UnfinishedNote>(json, RunJson.Line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
