using SimClrDsl.Runtime.Data;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

/// <summary>The class of a picture.</summary>
/// <param name="File">Path of the picture.</param>
/// <param name="ClassName">Name of the class, or its number if the network holds no names.</param>
/// <param name="Probability">Probability of the class, from 0 to 1, by the softmax of the network's logits.</param>
public sealed record Prediction(string File, string ClassName, float Probability);

/// <summary>Classifies pictures.</summary>
public static class Predictions
{
    /// <summary>The most probable class of each picture, in order.</summary>
    /// <param name="network">A network with a classifier.</param>
    /// <param name="pictures">The pictures.</param>
    public static IEnumerable<Prediction> Of(SavedNetwork network, GivenPictures pictures) =>
        pictures
            .Parts(network.Card.Input)
            .SelectMany(part => Best(network, part))
            .Zip(pictures.Names, static (best, file) => best with { File = file });

    private static List<Prediction> Best(SavedNetwork network, ImageSet images)
    {
        using var scope = NewDisposeScope();
        var (highest, label) = network.Outputs(images).softmax(1).cpu().max(1);
        return
        [
            .. highest
                .data<float>()
                .Zip(label.data<long>(), static (highest, label) => (Highest: highest, Label: label))
                .Select(best => new Prediction(File: "", Name(network.Card.ClassNames, (int)best.Label), best.Highest)),
        ];
    }

    private static string Name(IReadOnlyList<string> names, int label) =>
        names.Count > 0 ? names[label] : label.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
