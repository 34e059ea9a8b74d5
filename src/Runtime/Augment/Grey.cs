using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>SimCLR's random conversion to grey.</summary>
public static class Grey
{
    /// <summary>Replaces each colour image, with the given probability, by its luminance in all three channels.</summary>
    /// <param name="images">float32 [N, C, H, W]; C is 1 or 3.</param>
    /// <param name="key">Key of this batch and view. Whether image i is changed depends on this key and i only.</param>
    /// <param name="probability">Probability that an image is converted.</param>
    /// <returns>float32 [N, C, H, W].</returns>
    public static Tensor Grayscale(this Tensor images, Key key, double probability)
    {
        if (images.shape[1] == 1)
        {
            return images;
        }

        using var span = Spans.Of(StepPhase.Augment, "grayscale");
        var chosen = Chance.Of(key.At("grayscale"), (int)images.shape[0], probability);
        return Array.TrueForAll(chosen, static hit => !hit) ? images
            : ViewKernels.Supports(images, ScalarType.Float32) ? ViewKernels.Grey(images, chosen)
            : ByOperators(images, chosen);
    }

    /// <summary>Converts the chosen images with libtorch's operators, on any device.</summary>
    internal static Tensor ByOperators(Tensor images, bool[] chosen) =>
        images.Replace(chosen, static x => Luminance(x).expand([-1, 3, -1, -1]));

    // The luminance [N, 1, H, W], with the weights of tf.image.rgb_to_grayscale.
    private static Tensor Luminance(Tensor x) =>
        x.narrow(1, 0, 1).mul(0.2989).add_(x.narrow(1, 1, 1).mul(0.5870)).add_(x.narrow(1, 2, 1).mul(0.1140));
}
