using System.Text.Json.Serialization;

namespace SimClrDsl.Runtime.Training;

/// <summary>
/// What a network in pretraining gives for images that are set aside for it: one line of online.jsonl. The same experiment gives the same
/// lines, whether it was interrupted or not.
/// </summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Step">Number of steps that the stage has taken.</param>
/// <param name="Epoch">Number of epochs that the stage has taken, with a fraction.</param>
/// <param name="Spread">
/// How much the directions of the features of different images differ, from 0, where all point the same way, to 1: √(1 − ‖mean‖²) of the
/// features scaled to unit length.
/// </param>
/// <param name="Knn">Accuracy of the nearest neighbours, 0 … 1; absent where too few images have labels.</param>
/// <param name="Linear">Accuracy of the linear classifier that is trained beside the network, 0 … 1; absent where there is none.</param>
public sealed record OnlinePoint(
    [property: JsonPropertyName("stage")] string Stage,
    [property: JsonPropertyName("step")] int Step,
    [property: JsonPropertyName("epoch")] double Epoch,
    [property: JsonPropertyName("spread")] double Spread,
    [property: JsonPropertyName("knn")] double? Knn,
    [property: JsonPropertyName("linear")] double? Linear = null
);
