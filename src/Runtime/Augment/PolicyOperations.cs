using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>
/// The operations of AutoAugment on images of whole numbers 0 … 255 in float32, each image by its own magnitude [N, 1, 1, 1]; results are
/// whole numbers again, cut off as bytes are.
/// </summary>
internal static class PolicyOperations
{
    private const double White = 255;

    // What lies outside a moved image, as in the authors' code.
    private const double Fill = 128;

    /// <summary>Moves every pixel of row y to the left by magnitude · y.</summary>
    internal static Tensor ShearX(Tensor x, Tensor magnitude) => Sample(x, (i, j) => (i, j.add(magnitude.mul(i))));

    /// <summary>Moves every pixel of column x up by magnitude · x.</summary>
    internal static Tensor ShearY(Tensor x, Tensor magnitude) => Sample(x, (i, j) => (i.add(magnitude.mul(j)), j));

    /// <summary>Moves the image to the right by whole pixels.</summary>
    internal static Tensor TranslateX(Tensor x, Tensor pixels) => Sample(x, (i, j) => (i, j.sub(pixels.trunc())));

    /// <summary>Moves the image down by whole pixels.</summary>
    internal static Tensor TranslateY(Tensor x, Tensor pixels) => Sample(x, (i, j) => (i.sub(pixels.trunc()), j));

    /// <summary>Turns the image about its middle, counter-clockwise.</summary>
    internal static Tensor Rotate(Tensor x, Tensor degrees)
    {
        var angle = degrees.mul(Math.PI / 180);
        var (cos, sin) = (angle.cos(), angle.sin());
        var (middleY, middleX) = (x.size(2) / 2.0, x.size(3) / 2.0);
        return Sample(
            x,
            (i, j) =>
            {
                var (down, across) = (i.sub(middleY), j.sub(middleX));
                return (across.mul(sin).add(down.mul(cos)).add_(middleY), across.mul(cos).sub(down.mul(sin)).add_(middleX));
            }
        );
    }

    /// <summary>Towards black, or away from it: x · (1 + magnitude).</summary>
    internal static Tensor Brightness(Tensor x, Tensor magnitude) => Blend(x, zeros_like(x), magnitude);

    /// <summary>Towards the image's mean luminance, or away from it.</summary>
    internal static Tensor Contrast(Tensor x, Tensor magnitude) => Blend(x, Luminance(x).mean([1, 2, 3], keepdim: true), magnitude);

    /// <summary>Towards grey, or away from it.</summary>
    internal static Tensor Color(Tensor x, Tensor magnitude) => Blend(x, Luminance(x), magnitude);

    /// <summary>Towards a smoothed image, or away from it; the border stays.</summary>
    internal static Tensor Sharpness(Tensor x, Tensor magnitude)
    {
        var (n, c, h, w) = (x.size(0), x.size(1), x.size(2), x.size(3));
        if (h <= 2 || w <= 2)
        {
            return x;
        }

        var kernel = tensor(new float[] { 1, 1, 1, 1, 5, 1, 1, 1, 1 }).div_(13).reshape(1, 1, 3, 3).Upload(x.device);
        var inner = nn.functional.conv2d(x.reshape(n * c, 1, h, w), kernel).round_().reshape(n, c, h - 2, w - 2);
        var smooth = x.clone();
        smooth.narrow(2, 1, h - 2).narrow(3, 1, w - 2).copy_(inner);
        return Blend(x, smooth, magnitude);
    }

    /// <summary>Keeps the upper bits of each pixel.</summary>
    internal static Tensor Posterize(Tensor x, Tensor bits)
    {
        var step = bits.mul(-1).add_(8).exp2();
        return x.div(step).floor_().mul_(step);
    }

    /// <summary>Inverts pixels from the threshold on.</summary>
    internal static Tensor Solarize(Tensor x, Tensor threshold) => where(x.ge(threshold), x.mul(-1).add_(White), x);

    internal static Tensor Invert(Tensor x) => x.mul(-1).add_(White);

    /// <summary>Stretches each channel to the whole range.</summary>
    internal static Tensor AutoContrast(Tensor x)
    {
        var (least, most) = (x.amin([2, 3], keepdim: true), x.amax([2, 3], keepdim: true));
        var range = most.sub(least);
        return where(range.eq(0), x, x.sub(least).mul_(White).div_(range.clamp_min(1)).floor_());
    }

    /// <summary>Evens out each channel's histogram.</summary>
    internal static Tensor Equalize(Tensor x)
    {
        var pixels = x.to(ScalarType.Int64).reshape(x.size(0) * x.size(1), -1);
        var histogram = zeros([pixels.size(0), 256], dtype: ScalarType.Int64, device: x.device).scatter_add_(1, pixels, ones_like(pixels));

        // The brightest value that occurs is mapped to white, whatever its number.
        var brightest = histogram.gather(1, pixels.amax([1], keepdim: true));
        var step = brightest.mul(-1).add_(pixels.size(1)).div(White, rounding_mode: RoundingMode.floor).to(ScalarType.Int64);
        var safe = step.clamp_min(1);
        var half = safe.div(2, rounding_mode: RoundingMode.floor);
        var before = histogram.cumsum(1).sub(histogram);
        var table = before.add(half).div(safe, rounding_mode: RoundingMode.floor).clamp_(0, (long)White);
        return where(step.eq(0), pixels, table.gather(1, pixels)).to(x.dtype).reshape(x.shape);
    }

    // other · −magnitude + x · (1 + magnitude), as bytes.
    private static Tensor Blend(Tensor x, Tensor other, Tensor magnitude) =>
        x.mul(magnitude.add(1)).sub_(other.mul(magnitude)).clamp_(0, White).floor_();

    private static Tensor Luminance(Tensor x) =>
        x.size(1) == 1 ? x : x.narrow(1, 0, 1).mul(0.2989).add_(x.narrow(1, 1, 1).mul(0.587)).add_(x.narrow(1, 2, 1).mul(0.114)).floor_();

    /// <summary>Takes each pixel from the nearest one to where <paramref name="from"/> says: rows and columns of pixel centres [N, 1, H, W].</summary>
    private static Tensor Sample(Tensor x, Func<Tensor, Tensor, (Tensor Row, Tensor Column)> from)
    {
        var (n, c, h, w) = (x.size(0), x.size(1), x.size(2), x.size(3));
        var rows = arange(h, dtype: ScalarType.Float32, device: x.device).add_(0.5).reshape(1, 1, h, 1).expand([n, 1, h, w]);
        var columns = arange(w, dtype: ScalarType.Float32, device: x.device).add_(0.5).reshape(1, 1, 1, w).expand([n, 1, h, w]);
        var (row, column) = from(rows, columns);
        var (top, left) = (row.floor(), column.floor());
        var inside = top.ge(0).logical_and(top.lt(h)).logical_and(left.ge(0)).logical_and(left.lt(w));
        var index = top.clamp(0, h - 1).mul(w).add(left.clamp(0, w - 1)).to(ScalarType.Int64).reshape(n, 1, h * w).expand([n, c, h * w]);
        return where(inside, x.reshape(n, c, h * w).gather(2, index).reshape(n, c, h, w), full_like(x, Fill));
    }
}
