using System.Text.Json.Serialization;

namespace SimClrDsl.Runtime.Training;

/// <summary>One point of the curves.</summary>
/// <param name="Stage">Stage of the run.</param>
/// <param name="Step">Steps taken in the stage.</param>
/// <param name="Epoch">Epochs taken, with fraction.</param>
/// <param name="Loss">Mean since the point before.</param>
/// <param name="Accuracy">Mean since the point before, 0 … 1.</param>
/// <param name="LearningRate">Of the last step, where there is one.</param>
/// <param name="ImagesPerSecond">Mean since the point before.</param>
/// <param name="Seconds">Since the stage began.</param>
/// <param name="ResidentBytes">Memory of the process that is in use, as the kernel counts it.</param>
/// <param name="LiveTensors">Tensors that have not been freed, where the provider counts them: a number that grows is a leak.</param>
public sealed record MetricsPoint(
    [property: JsonPropertyName("stage")] string Stage,
    [property: JsonPropertyName("step")] int Step,
    [property: JsonPropertyName("epoch")] double Epoch,
    [property: JsonPropertyName("loss")] double Loss,
    [property: JsonPropertyName("accuracy")] double Accuracy,
    [property: JsonPropertyName("lr")] double? LearningRate,
    [property: JsonPropertyName("images_per_second")] double ImagesPerSecond,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("resident_bytes")] long? ResidentBytes = null,
    [property: JsonPropertyName("live_tensors")] long? LiveTensors = null
);
