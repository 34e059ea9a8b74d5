using TorchSharp;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Evaluate;

/// <summary>How often a classifier is right, as shares of the images.</summary>
/// <param name="Top1">Images whose label has the highest score.</param>
/// <param name="Top5">Images whose label is among the five highest; absent where there are no more than five classes.</param>
internal sealed record Accuracy(double Top1, double? Top5)
{
    private const int Five = 5;

    /// <summary>
    /// Of scores [N, classes] against labels int64 [N]. Classes that tie for a place share it alike: of two classes that have the highest score
    /// together, either is right for half an image, as if the answer were drawn among them, so that no class gains by its number. A class whose
    /// score is −∞ is no answer, and an image with a score that is not a number has none.
    /// </summary>
    public static Accuracy Of(Tensor scores, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var own = scores.gather(1, labels.unsqueeze(1)); // [N, 1]
        var above = scores.gt(own).sum(1).to(float64); // classes ahead of the label's
        var level = scores.eq(own).sum(1).to(float64); // classes that tie with it, itself included
        var answered = scores.isnan().any(1).logical_not().logical_and(own.squeeze(1).isneginf().logical_not());

        // Of the places that the classes ahead leave, the label has its share among those that tie for them.
        double Share(int places) =>
            ((places - above) / level).clamp(0, 1).masked_fill(answered.logical_not(), 0).sum().ToDouble() / labels.size(0);
        return new(Share(1), scores.size(1) > Five ? Share(Five) : null);
    }
}
