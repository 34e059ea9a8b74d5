using TorchSharp;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>How often a classifier is right, as shares of the images.</summary>
/// <param name="Top1">Images whose label has the highest score.</param>
/// <param name="Top5">Images whose label is among the five highest; absent where there are no more than five classes.</param>
public sealed record Accuracy(double Top1, double? Top5)
{
    private const int Five = 5;

    /// <summary>Of scores [N, classes] against labels [N].</summary>
    public static Accuracy Of(Tensor scores, Tensor labels)
    {
        using var scope = NewDisposeScope();
        Tensor AmongFive() => scores.topk(Five, 1).Item2.eq(labels.unsqueeze(1));
        double Share(Tensor right) => right.sum().ToInt64() / (double)labels.size(0);
        return new(Share(scores.argmax(1).eq(labels)), scores.size(1) > Five ? Share(AmongFive()) : null);
    }
}
