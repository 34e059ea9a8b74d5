using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>
/// TensorFlow's colour operations on float images in [0, 1], each image by its own amount, each with its clip. Saturation and hue are
/// written without the way through HSV and back: with V the largest channel and C the difference to the smallest, a pixel's channels are
/// V − C·w with weights w in [0, 1] that depend on the hue alone.
/// </summary>
internal static class ColourOperations
{
    // Smaller than any difference of two floats near a pixel's value; avoids 0/0 where a pixel is grey, and its quotient times zero is zero.
    private const double Tiny = 1e-20;

    /// <summary>x · factor.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="factor">[N, 1, 1, 1].</param>
    public static Tensor Brightness(Tensor x, Tensor factor) => x.mul(factor).clamp_(0, 1);

    /// <summary>x + amount, SimCLR's first version.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="amount">[N, 1, 1, 1].</param>
    public static Tensor AddBrightness(Tensor x, Tensor amount) => x.add(amount).clamp_(0, 1);

    /// <summary>Moves pixels from or to their channel's mean.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="factor">[N, 1, 1, 1].</param>
    public static Tensor Contrast(Tensor x, Tensor factor)
    {
        var mean = x.mean([2, 3], keepdim: true);
        return x.sub(mean).mul_(factor).add_(mean).clamp_(0, 1);
    }

    /// <summary>Multiplies the saturation C / V, which stays at most 1: V − (V − x) · min(factor, V / C).</summary>
    /// <param name="x">[N, 3, H, W].</param>
    /// <param name="factor">[N, 1, 1, 1], not negative.</param>
    public static Tensor Saturation(Tensor x, Tensor factor)
    {
        var (value, chroma) = Hexcone(x);
        var limited = value.div(chroma.clamp_min(Tiny)).minimum(factor);
        return x.sub(value).mul_(limited).add_(value).clamp_(0, 1);
    }

    /// <summary>Turns the hue: the weight of channel n is that of a triangle wave at the turned hue.</summary>
    /// <param name="x">[N, 3, H, W].</param>
    /// <param name="turns">[N, 1, 1, 1], in full turns.</param>
    public static Tensor Hue(Tensor x, Tensor turns)
    {
        var (value, chroma) = Hexcone(x);
        var sector = Sector(x, value, chroma).add_(turns.mul(6));
        var offsets = tensor(new float[] { 5, 3, 1 }).reshape(1, 3, 1, 1).Upload(x.device);
        var k = sector.add(offsets).remainder(6);
        var weights = k.minimum(k.neg().add_(4)).clamp_(0, 1);
        return value.sub(weights.mul_(chroma)).clamp_(0, 1);
    }

    // V and C, both [N, 1, H, W].
    private static (Tensor Value, Tensor Chroma) Hexcone(Tensor x)
    {
        var (r, g, b) = Channels(x);
        var value = r.maximum(g).maximum(b);
        return (value, value.sub(r.minimum(g).minimum(b)));
    }

    // The hue in sixths of a turn; any finite number where a pixel is grey.
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
