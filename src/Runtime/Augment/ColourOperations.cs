using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>
/// TensorFlow's colour operations on float32 images in [0, 1], with one amount per image. Each clips its result to [0, 1]. Saturation and
/// hue are computed without a conversion to HSV and back: if V is the largest channel of a pixel and C its chroma (largest minus smallest
/// channel), the channels are V − C · w, where the weights w in [0, 1] depend on the hue only.
/// </summary>
internal static class ColourOperations
{
    // Smaller than any nonzero difference of two pixel values. It replaces a chroma of zero in quotients, which avoids 0/0 for grey pixels;
    // such a quotient is multiplied by zero afterwards.
    private const double Tiny = 1e-20;

    /// <summary>x · factor.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="factor">[N, 1, 1, 1].</param>
    public static Tensor Brightness(Tensor x, Tensor factor) => x.mul(factor).clamp_(0, 1);

    /// <summary>x + amount, as in the first SimCLR.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="amount">[N, 1, 1, 1].</param>
    public static Tensor AddBrightness(Tensor x, Tensor amount) => x.add(amount).clamp_(0, 1);

    /// <summary>mean + (x − mean) · factor, with the mean of each channel of an image.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="factor">[N, 1, 1, 1].</param>
    public static Tensor Contrast(Tensor x, Tensor factor)
    {
        var mean = x.mean([2, 3], keepdim: true);
        return x.sub(mean).mul_(factor).add_(mean).clamp_(0, 1);
    }

    /// <summary>Multiplies the saturation C / V, up to at most 1: V − (V − x) · min(factor, V / C).</summary>
    /// <param name="x">[N, 3, H, W].</param>
    /// <param name="factor">[N, 1, 1, 1], not negative.</param>
    public static Tensor Saturation(Tensor x, Tensor factor)
    {
        var (value, chroma) = Hexcone(x);
        var limited = value.div(chroma.clamp_min(Tiny)).minimum(factor);
        return x.sub(value).mul_(limited).add_(value).clamp_(0, 1);
    }

    /// <summary>Rotates the hue. The weight w of each channel is a clipped triangle wave of the hue.</summary>
    /// <param name="x">[N, 3, H, W].</param>
    /// <param name="turns">[N, 1, 1, 1], the rotation in full turns.</param>
    public static Tensor Hue(Tensor x, Tensor turns)
    {
        var (value, chroma) = Hexcone(x);
        var sector = Sector(x, value, chroma).add_(turns.mul(6));
        var offsets = tensor(new float[] { 5, 3, 1 }).reshape(1, 3, 1, 1).Upload(x.device);
        var k = sector.add(offsets).remainder(6);
        var weights = k.minimum(k.neg().add_(4)).clamp_(0, 1);
        return value.sub(weights.mul_(chroma)).clamp_(0, 1);
    }

    // The value V and the chroma C, both [N, 1, H, W].
    private static (Tensor Value, Tensor Chroma) Hexcone(Tensor x)
    {
        var (r, g, b) = Channels(x);
        var value = r.maximum(g).maximum(b);
        return (value, value.sub(r.minimum(g).minimum(b)));
    }

    // The hue in sixths of a turn; an arbitrary finite number for grey pixels.
    private static Tensor Sector(Tensor x, Tensor value, Tensor chroma)
    {
        var (r, g, b) = Channels(x);
        var safe = chroma.clamp_min(Tiny);
        var red = g.sub(b).div_(safe);
        var green = b.sub(r).div_(safe).add_(2);
        var blue = r.sub(g).div_(safe).add_(4);
        return where(value.eq(r), red, where(value.eq(g), green, blue));
    }

    private static (Tensor R, Tensor G, Tensor B) Channels(Tensor x) => (x.narrow(1, 0, 1), x.narrow(1, 1, 1), x.narrow(1, 2, 1));
}
