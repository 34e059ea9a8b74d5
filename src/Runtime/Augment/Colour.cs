using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>
/// SimCLR's colour distortion, with TensorFlow's operations. They differ from torchvision's: contrast is relative to the mean of each
/// channel (torchvision: the mean of the grey image), and saturation is changed in HSV (torchvision: by blending with the grey image).
/// Pixels are clipped to [0, 1] after every operation.
/// </summary>
public static class Colour
{
    /// <summary>
    /// Distorts each image with the given probability. Brightness, contrast and saturation are multiplied by factors uniform in 1 ± 0.8 s,
    /// and hue is rotated by up to ± 0.2 s turns, in random order. For grey images only brightness and contrast are changed.
    /// </summary>
    /// <param name="images">float32 [N, C, H, W] in [0, 1]; C is 1 or 3.</param>
    /// <param name="key">Key of this batch and view. The distortion of image i depends on this key and i only.</param>
    /// <param name="strength">The strength s.</param>
    /// <param name="probability">Probability that an image is distorted.</param>
    /// <param name="brightness">
    /// Whether brightness is multiplied by a factor, or changed by adding a number uniform in ± 0.8 s, as in the first SimCLR.
    /// </param>
    /// <returns>float32 [N, C, H, W] in [0, 1].</returns>
    public static Tensor DistortColour(
        this Tensor images,
        Key key,
        double strength,
        double probability,
        Brightness brightness = Brightness.Multiply
    )
    {
        using var span = Spans.Of(StepPhase.Augment, "colour");
        var draws = ColourDraws.Of(key.At("colour"), (int)images.shape[0], (int)images.shape[1], strength, probability, brightness);
        return ViewKernels.Supports(images, ScalarType.Float32) ? ViewKernels.Distort(images, draws) : ByOperators(images, draws);
    }

    /// <summary>
    /// Distorts with libtorch's operators, on any device: for each position in the order, all images with the same operation at once.
    /// </summary>
    internal static Tensor ByOperators(Tensor images, ColourDraws draws)
    {
        using var scope = NewDisposeScope();
        var result = images.clone();
        var distorted = Enumerable
            .Range(0, (int)images.shape[0])
            .Where(i => draws.Operations[i * draws.Count] != ColourOperation.None)
            .ToArray();
        for (var turn = 0; turn < draws.Count; turn++)
        {
            foreach (var group in distorted.GroupBy(i => draws.Operations[(i * draws.Count) + turn]))
            {
                int[] chosen = [.. group];
                Apply(group.Key, chosen, Array.ConvertAll(chosen, i => draws.Amounts[(i * draws.Count) + turn]), result);
            }
        }

        return result.MoveToOuterDisposeScope();
    }

    // Changes images in place; they are a copy that ByOperators made.
    private static void Apply(ColourOperation operation, int[] chosen, float[] amounts, Tensor images)
    {
        using var scope = NewDisposeScope();
        var index = chosen.ToIndex().Upload(images.device);
        var amount = tensor(amounts).reshape(chosen.Length, 1, 1, 1).Upload(images.device);
        var x = images.index_select(0, index);
        var y = operation switch
        {
            ColourOperation.AddBrightness => ColourOperations.AddBrightness(x, amount),
            ColourOperation.Brightness => ColourOperations.Brightness(x, amount),
            ColourOperation.Contrast => ColourOperations.Contrast(x, amount),
            ColourOperation.Saturation => ColourOperations.Saturation(x, amount),
            _ => ColourOperations.Hue(x, amount),
        };
        images.index_copy_(0, index, y);
    }
}
