using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>
/// The operations of AutoAugment on float32 images [N, C, H, W] with integer values 0 … 255, with one magnitude per image [N, 1, 1, 1]. The
/// results are truncated to integers 0 … 255, as the authors' code does with bytes.
/// </summary>
internal static class PolicyOperations
{
    private const double White = 255;

    // Value of pixels from outside the image after a geometric operation, as in the authors' code.
    private const double Fill = 128;

    /// <summary>Shears horizontally: moves row y to the left by magnitude · y.</summary>
    internal static Tensor ShearX(Tensor x, Tensor magnitude) => Sample(x, (i, j) => (i, j.add(magnitude.mul(i))));

    /// <summary>Shears vertically: moves column x up by magnitude · x.</summary>
    internal static Tensor ShearY(Tensor x, Tensor magnitude) => Sample(x, (i, j) => (i.add(magnitude.mul(j)), j));

    /// <summary>Moves the image to the right by whole pixels.</summary>
    internal static Tensor TranslateX(Tensor x, Tensor pixels) => Sample(x, (i, j) => (i, j.sub(pixels.trunc())));

    /// <summary>Moves the image down by whole pixels.</summary>
    internal static Tensor TranslateY(Tensor x, Tensor pixels) => Sample(x, (i, j) => (i.sub(pixels.trunc()), j));

    /// <summary>Rotates the image counter-clockwise about its centre.</summary>
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

    /// <summary>Changes the brightness: x · (1 + magnitude).</summary>
    internal static Tensor Brightness(Tensor x, Tensor magnitude) => Blend(x, zeros_like(x), magnitude);

    /// <summary>
    /// Changes the contrast: moves pixels away from the image's mean luminance, or towards it if the magnitude is negative.
    /// </summary>
    internal static Tensor Contrast(Tensor x, Tensor magnitude) => Blend(x, Luminance(x).mean([1, 2, 3], keepdim: true), magnitude);

    /// <summary>Changes the saturation: moves pixels away from their luminance, or towards it if the magnitude is negative.</summary>
    internal static Tensor Color(Tensor x, Tensor magnitude) => Blend(x, Luminance(x), magnitude);

    /// <summary>
    /// Changes the sharpness: moves pixels away from a smoothed image, or towards it if the magnitude is negative, except at the border.
    /// </summary>
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

    /// <summary>Keeps the given number of most significant bits of each value.</summary>
    internal static Tensor Posterize(Tensor x, Tensor bits)
    {
        var step = bits.mul(-1).add_(8).exp2();
        return x.div(step).floor_().mul_(step);
    }

    /// <summary>Inverts all values that are at least the threshold.</summary>
    internal static Tensor Solarize(Tensor x, Tensor threshold) => where(x.ge(threshold), x.mul(-1).add_(White), x);

    /// <summary>Inverts all values: 255 − x.</summary>
    internal static Tensor Invert(Tensor x) => x.mul(-1).add_(White);

    /// <summary>Stretches the values of each channel linearly to 0 … 255.</summary>
    internal static Tensor AutoContrast(Tensor x)
    {
        var (least, most) = (x.amin([2, 3], keepdim: true), x.amax([2, 3], keepdim: true));
        var range = most.sub(least);
        return where(range.eq(0), x, x.sub(least).mul_(White).div_(range.clamp_min(1)).floor_());
    }

    /// <summary>Equalises the histogram of each channel.</summary>
    internal static Tensor Equalize(Tensor x)
    {
        var pixels = x.to(ScalarType.Int64).reshape(x.size(0) * x.size(1), -1);
        var histogram = zeros([pixels.size(0), 256], dtype: ScalarType.Int64, device: x.device).scatter_add_(1, pixels, ones_like(pixels));

        // As in Pillow, pixels of the largest value that occurs are not counted in the step, so that this value maps to white.
        var brightest = histogram.gather(1, pixels.amax([1], keepdim: true));
        var step = brightest.mul(-1).add_(pixels.size(1)).div(White, rounding_mode: RoundingMode.floor).to(ScalarType.Int64);
        var safe = step.clamp_min(1);
        var half = safe.div(2, rounding_mode: RoundingMode.floor);
        var before = histogram.cumsum(1).sub(histogram);
        var table = before.add(half).div(safe, rounding_mode: RoundingMode.floor).clamp_(0, (long)White);
        return where(step.eq(0), pixels, table.gather(1, pixels)).to(x.dtype).reshape(x.shape);
    }

    // x · (1 + magnitude) − other · magnitude, clipped and truncated to 0 … 255.
    private static Tensor Blend(Tensor x, Tensor other, Tensor magnitude) =>
        x.mul(magnitude.add(1)).sub_(other.mul(magnitude)).clamp_(0, White).floor_();

    private static Tensor Luminance(Tensor x) =>
        x.size(1) == 1 ? x : x.narrow(1, 0, 1).mul(0.2989).add_(x.narrow(1, 1, 1).mul(0.587)).add_(x.narrow(1, 2, 1).mul(0.114)).floor_();

    /// <summary>
    /// Resamples with nearest neighbour. <paramref name="from"/> maps the coordinates of each pixel's centre, rows and columns [N, 1, H,
    /// W], to the coordinates that it is read from.
    /// </summary>
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
