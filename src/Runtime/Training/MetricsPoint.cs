using System.Text.Json.Serialization;

namespace SimClrDsl.Runtime.Training;

/// <summary>
/// One point of the curves: what the experiment alone decides. The same experiment gives the same points, to the last digit, whether it was
/// interrupted or not.
/// </summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Step">Number of steps that the stage has taken.</param>
/// <param name="Epoch">Number of epochs that the stage has taken, with a fraction.</param>
/// <param name="Loss">Mean loss since the point before.</param>
/// <param name="Accuracy">Mean accuracy since the point before, from 0 to 1.</param>
/// <param name="LearningRate">Learning rate of the last step; absent where there is none.</param>
public sealed record MetricsPoint(
    [property: JsonPropertyName("stage")] string Stage,
    [property: JsonPropertyName("step")] int Step,
    [property: JsonPropertyName("epoch")] double Epoch,
    [property: JsonPropertyName("loss")] double Loss,
    [property: JsonPropertyName("accuracy")] double Accuracy,
    [property: JsonPropertyName("lr")] double? LearningRate
);

/// <summary>What the machine did up to a point of the curves; it differs from run to run.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Step">Number of steps that the stage has taken.</param>
/// <param name="ImagesPerSecond">Mean images per second since the point before.</param>
/// <param name="Seconds">Seconds that the stage has trained for, without the time between an interruption and going on.</param>
/// <param name="ResidentBytes">Memory of the process that is in use, as the kernel counts it.</param>
/// <param name="LiveTensors">Tensors that have not been freed: a number that grows is a leak.</param>
public sealed record SpeedPoint(
    [property: JsonPropertyName("stage")] string Stage,
    [property: JsonPropertyName("step")] int Step,
    [property: JsonPropertyName("images_per_second")] double ImagesPerSecond,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("resident_bytes")] long? ResidentBytes = null,
    [property: JsonPropertyName("live_tensors")] long? LiveTensors = null
);

/// <summary>A point of the curves with what the machine did up to it.</summary>
/// <param name="Metrics">What the experiment decides.</param>
/// <param name="Speed">What the machine did.</param>
public sealed record CurvePoint(MetricsPoint Metrics, SpeedPoint Speed);
