using TorchSharp;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Evaluate;

/// <summary>The accuracy of a classifier, as fractions of the images.</summary>
/// <param name="Top1">Fraction of images whose label has the highest score.</param>
/// <param name="Top5">Fraction of images whose label is among the five highest scores; null if there are at most five classes.</param>
internal sealed record Accuracy(double Top1, double? Top5)
{
    private const int Five = 5;
    private const int StandardErrors = 2;

    /// <summary>
    /// Whether guessing may well have given this top-1 accuracy: it is at most two standard errors above one in the number of classes.
    /// </summary>
    /// <param name="images">Number of images that were classified.</param>
    /// <param name="classes">Number of classes.</param>
    public bool IsGuess(int images, int classes)
    {
        var guess = 1.0 / classes;
        return Top1 <= guess + (StandardErrors * Math.Sqrt(guess * (1 - guess) / images));
    }

    /// <summary>
    /// Computes the accuracy. Classes with equal scores share their ranks equally: if the label and one other class both have the highest
    /// score, the image counts as half right. This is the expected accuracy if ties are broken at random, so no class is favoured by its
    /// index. An image counts as wrong if the score of its label is −∞, or if any of its scores is NaN.
    /// </summary>
    /// <param name="scores">Scores [N, classes].</param>
    /// <param name="labels">int64 [N], class indices.</param>
    public static Accuracy Of(Tensor scores, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var own = scores.gather(1, labels.unsqueeze(1)); // [N, 1]
        var above = scores.gt(own).sum(1).to(float64); // number of classes with a higher score than the label
        var level = scores.eq(own).sum(1).to(float64); // number of classes with the same score, including the label
        var answered = scores.isnan().any(1).logical_not().logical_and(own.squeeze(1).isneginf().logical_not());

        // The ranks that classes with higher scores leave free are shared by the classes with the score of the label.
        double Share(int places) =>
            ((places - above) / level).clamp(0, 1).masked_fill(answered.logical_not(), 0).sum().ToDouble() / labels.size(0);
        return new(Share(1), scores.size(1) > Five ? Share(Five) : null);
    }
}
