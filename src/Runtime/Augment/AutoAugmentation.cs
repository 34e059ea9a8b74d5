using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>
/// AutoAugment (Cubuk et al., 2019): one of 25 learned pairs of operations is applied to each image. The levels 0 to 9 span the same ranges
/// as in torchvision. The sign of geometric operations and enhancements is random.
/// </summary>
public static class AutoAugmentation
{
    private const int Levels = 10;

    /// <summary>Applies a random pair of operations of the policy to each image.</summary>
    /// <param name="images">float32 [N, C, H, W] in [0, 1].</param>
    /// <param name="key">Key of this batch. The operations of sample i depend on this key and i only.</param>
    /// <param name="policy">The policy.</param>
    /// <returns>float32 [N, C, H, W] in [0, 1], multiples of 1/255.</returns>
    public static Tensor AutoAugment(this Tensor images, Key key, AutoAugmentPolicy policy)
    {
        using var span = Spans.Of(StepPhase.Augment, "AutoAugment");
        using var scope = NewDisposeScope();
        var result = images.mul(255).round_();
        var pairs = Policies.Of(policy);
        var draws = key.At("auto_augment");
        var samples = Enumerable.Range(0, (int)images.size(0)).SelectMany(i => Draw(draws.At(draws.Sample(i)), i, pairs)).ToList();
        foreach (var group in samples.OrderBy(static sample => sample.Turn).GroupBy(static sample => (sample.Turn, sample.Operation)))
        {
            Apply(group.Key.Operation, [.. group], result);
        }

        return result.div_(255).MoveToOuterDisposeScope();
    }

    /// <summary>Draws the operations of one image: a random pair of the table, each operation with its own probability.</summary>
    internal static IEnumerable<Sample> Draw(Key key, int image, IReadOnlyList<(Policies.Part First, Policies.Part Second)> pairs)
    {
        var (first, second) = pairs[(int)(key.Uniform(0) * pairs.Count)];
        foreach (var (turn, part) in new[] { first, second }.Index())
        {
            if (key.Uniform((2 * turn) + 1) < part.Probability)
            {
                var sign = key.Uniform((2 * turn) + 2) < 0.5 ? -1 : 1;
                yield return new(image, turn, part.Operation, part.Level, sign);
            }
        }
    }

    // Changes images in place; they are a copy that AutoAugment made.
    private static void Apply(PolicyOperation operation, Sample[] samples, Tensor images)
    {
        using var scope = NewDisposeScope();
        var (h, w) = (images.size(2), images.size(3));
        var index = Array.ConvertAll(samples, static sample => sample.Image).ToIndex().Upload(images.device);
        var magnitudes = tensor(Array.ConvertAll(samples, sample => (float)Magnitude(operation, sample.Level, sample.Sign, h, w)))
            .reshape(samples.Length, 1, 1, 1)
            .Upload(images.device);
        images.index_copy_(0, index, Apply(operation, images.index_select(0, index), magnitudes));
    }

    /// <summary>Applies one operation to images with values 0 … 255.</summary>
    internal static Tensor Apply(PolicyOperation operation, Tensor x, Tensor magnitude) =>
        operation switch
        {
            PolicyOperation.ShearX => PolicyOperations.ShearX(x, magnitude),
            PolicyOperation.ShearY => PolicyOperations.ShearY(x, magnitude),
            PolicyOperation.TranslateX => PolicyOperations.TranslateX(x, magnitude),
            PolicyOperation.TranslateY => PolicyOperations.TranslateY(x, magnitude),
            PolicyOperation.Rotate => PolicyOperations.Rotate(x, magnitude),
            PolicyOperation.Brightness => PolicyOperations.Brightness(x, magnitude),
            PolicyOperation.Color => PolicyOperations.Color(x, magnitude),
            PolicyOperation.Contrast => PolicyOperations.Contrast(x, magnitude),
            PolicyOperation.Sharpness => PolicyOperations.Sharpness(x, magnitude),
            PolicyOperation.Posterize => PolicyOperations.Posterize(x, magnitude),
            PolicyOperation.Solarize => PolicyOperations.Solarize(x, magnitude),
            PolicyOperation.AutoContrast => PolicyOperations.AutoContrast(x),
            PolicyOperation.Equalize => PolicyOperations.Equalize(x),
            _ => PolicyOperations.Invert(x),
        };

    /// <summary>The magnitude of an operation at a level, in its unit: a factor, pixels, degrees, bits or a threshold.</summary>
    internal static double Magnitude(PolicyOperation operation, int level, int sign, long height, long width)
    {
        var share = (double)level / (Levels - 1);
        return operation switch
        {
            PolicyOperation.ShearX or PolicyOperation.ShearY => sign * 0.3 * share,
            PolicyOperation.TranslateX => sign * 150.0 / 331 * width * share,
            PolicyOperation.TranslateY => sign * 150.0 / 331 * height * share,
            PolicyOperation.Rotate => sign * 30 * share,
            PolicyOperation.Posterize => 8 - Math.Round(4 * share),
            PolicyOperation.Solarize => 255 * (1 - share),
            PolicyOperation.Brightness or PolicyOperation.Color or PolicyOperation.Contrast or PolicyOperation.Sharpness => sign
                * 0.9
                * share,
            _ => 0,
        };
    }

    internal sealed record Sample(int Image, int Turn, PolicyOperation Operation, int Level, int Sign);
}
