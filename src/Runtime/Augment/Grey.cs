using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>SimCLR's random loss of colour.</summary>
public static class Grey
{
    /// <summary>Replaces each image, with the given probability, by its luminance in all channels; grey images stay as they are.</summary>
    /// <param name="images">float32 [N, C, H, W]; C is 1 or 3.</param>
    /// <param name="key">Of this batch and view; sample i draws from it and i alone.</param>
    /// <param name="probability">That an image loses its colour.</param>
    public static Tensor Grayscale(this Tensor images, Key key, double probability)
    {
        if (images.shape[1] == 1)
        {
            return images;
        }

        using var span = Spans.Of(StepPhase.Augment, "grayscale");
        var chosen = Chance.Of(key.At("grayscale"), (int)images.shape[0], probability);
        return Array.TrueForAll(chosen, static hit => !hit) ? images
            : ViewKernels.Take(images, ScalarType.Float32) ? ViewKernels.Grey(images, chosen)
            : ByOperators(images, chosen);
    }

    /// <summary>The same on any device.</summary>
    internal static Tensor ByOperators(Tensor images, bool[] chosen) =>
        images.Replace(chosen, static x => Luminance(x).expand([-1, 3, -1, -1]));

    // tf.image.rgb_to_grayscale's weights; [N, 1, H, W].
    private static Tensor Luminance(Tensor x) =>
        x.narrow(1, 0, 1).mul(0.2989).add_(x.narrow(1, 1, 1).mul(0.5870)).add_(x.narrow(1, 2, 1).mul(0.1140));
}
