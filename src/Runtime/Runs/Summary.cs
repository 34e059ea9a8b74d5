using System.Text.Json;
using System.Text.Json.Serialization;

namespace SimClrDsl.Runtime.Runs;

/// <summary>The result of a run: summary.json.</summary>
/// <param name="Name">Name of the experiment.</param>
/// <param name="SpecHash">Hash of its spec.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Seconds">Seconds that the whole run took.</param>
/// <param name="Pretrain">What pretraining measured; absent where it did not run.</param>
/// <param name="Top1">Top-1 accuracies on the test images.</param>
/// <param name="Top5">Top-5 accuracies; absent in a summary written before they were measured.</param>
public sealed record Summary(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("spec_hash")] string SpecHash,
    [property: JsonPropertyName("seed")] long Seed,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("pretrain")] PretrainSummary? Pretrain,
    [property: JsonPropertyName("top1")] AccuracySummary Top1,
    [property: JsonPropertyName("top5")] AccuracySummary? Top5 = null
)
{
    /// <summary>When the run ended, in UTC, as ISO 8601 writes it; absent in a summary written before it was noted.</summary>
    [JsonPropertyName("date")]
    public string? Date { get; init; }

    /// <summary>What the run was computed on and with; absent in a summary written before it was noted.</summary>
    [JsonPropertyName("computed")]
    public ComputedOn? Computed { get; init; }

    /// <summary>What the run was made from; absent in a summary written before it was noted.</summary>
    [JsonPropertyName("made_from")]
    public MadeFrom? MadeFrom { get; init; }

    /// <summary>The summary as the text of summary.json.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Indented) + "\n";

    /// <summary>What <see cref="ToJson"/> wrote; null for any other text.</summary>
    public static Summary? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Summary>(json, RunJson.Line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What a run was computed on and with.</summary>
/// <param name="Device">cpu or cuda.</param>
/// <param name="Processor">The processor's name.</param>
/// <param name="Gpu">The GPU's name; absent where none was used.</param>
/// <param name="Threads">Threads of libtorch, on each rank.</param>
/// <param name="Precision">What networks computed in: float32, tf32 or bf16.</param>
/// <param name="PrecisionReason">Why they computed in it.</param>
/// <param name="Kernels">Which instructions the kernels use, or why there are none.</param>
/// <param name="Versions">Versions of the program and of what it ran on, by name.</param>
/// <param name="Ranks">Number of processes that computed together; a summary written before it was noted was of one.</param>
public sealed record ComputedOn(
    [property: JsonPropertyName("device")] string Device,
    [property: JsonPropertyName("processor")] string Processor,
    [property: JsonPropertyName("gpu")] string? Gpu,
    [property: JsonPropertyName("threads")] int Threads,
    [property: JsonPropertyName("precision")] string Precision,
    [property: JsonPropertyName("precision_reason")] string PrecisionReason,
    [property: JsonPropertyName("kernels")] string Kernels,
    [property: JsonPropertyName("versions")] IReadOnlyDictionary<string, string> Versions,
    [property: JsonPropertyName("ranks")] int Ranks = 1
);

/// <summary>What pretraining measured.</summary>
/// <param name="ImagesPerSecond">Images per second, the mean over the stage; each image counts once, not once per view.</param>
/// <param name="FinalLoss">The loss, the mean over the last epoch.</param>
public sealed record PretrainSummary(
    [property: JsonPropertyName("images_per_second")] double ImagesPerSecond,
    [property: JsonPropertyName("final_loss")] double FinalLoss
);

/// <summary>Accuracies as fractions from 0 to 1; that of a stage that did not run is absent.</summary>
/// <param name="Knn">k-nearest-neighbour evaluation.</param>
/// <param name="Linear">Linear evaluation.</param>
/// <param name="LabelOnly">The supervised, label-only baseline.</param>
/// <param name="FineTuned">The fine-tuned network.</param>
/// <param name="SelfDistilled">The self-distilled network.</param>
/// <param name="Distilled">The student.</param>
public sealed record AccuracySummary(
    [property: JsonPropertyName("knn")] double? Knn = null,
    [property: JsonPropertyName("linear")] double? Linear = null,
    [property: JsonPropertyName("label_only")] double? LabelOnly = null,
    [property: JsonPropertyName("finetuned")] double? FineTuned = null,
    [property: JsonPropertyName("self_distilled")] double? SelfDistilled = null,
    [property: JsonPropertyName("distilled")] double? Distilled = null
);
