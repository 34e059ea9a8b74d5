using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>
/// Bicubic resampling of one box per image, without antialiasing, as if the crop were an image of its own.
/// </summary>
public static class Resampling
{
    private const int Taps = 4;

    /// <summary>Crops, resizes and, where asked, mirrors each image.</summary>
    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <param name="boxes">N boxes inside the images.</param>
    /// <param name="mirror">Whether each image is mirrored left to right.</param>
    /// <param name="side">Side of the square result.</param>
    /// <param name="bicubic">Whose kernel.</param>
    /// <returns>float32 [N, C, side, side] in [0, 1].</returns>
    public static Tensor Resample(this Tensor images, CropBox[] boxes, bool[] mirror, int side, Bicubic bicubic = Bicubic.Tf2)
    {
        var kernel = CubicKernel.Of(bicubic);
        return Capabilities.MakesViewsOf(images, ScalarType.Byte)
            ? Capabilities.Resample(images, boxes, mirror, side, kernel)
            : ByOperators(images, boxes, mirror, side, kernel);
    }

    /// <summary>The same on any device, as two batched matrix products.</summary>
    internal static Tensor ByOperators(Tensor images, CropBox[] boxes, bool[] mirror, int side, CubicKernel kernel)
    {
        using var scope = NewDisposeScope();
        var (n, c, h, w) = (images.shape[0], images.shape[1], images.shape[2], images.shape[3]);
        var down = Matrices(
            [.. boxes.Select(static box => new Stretch(box.Top, box.Height, Reversed: false))],
            side,
            h,
            kernel,
            images.device
        );
        var across = Matrices(
            [.. boxes.Zip(mirror, static (box, m) => new Stretch(box.Left, box.Width, Reversed: m))],
            side,
            w,
            kernel,
            images.device
        );
        var rows = images.to(ScalarType.Float32).reshape(n, c * h, w).bmm(across.div_(255).transpose(1, 2));
        return down.unsqueeze(1).matmul(rows.reshape(n, c, h, side)).clamp_(0, 1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// One matrix [side, length] per span, together [N, side, length], which resizes that span of a line of pixels to
    /// <paramref name="side"/> pixels. Made on the device from three numbers a span: at 224 px the matrices would be slow to upload. Where a
    /// pixel lies is counted in float64, whose digits it needs in large images.
    /// </summary>
    private static Tensor Matrices(Stretch[] spans, int side, long length, CubicKernel kernel, Device device)
    {
        var numbers = tensor([.. spans.SelectMany(static span => span.Numbers)])
            .reshape(spans.Length, 3, 1, 1)
            .Upload(device)
            .to(ScalarType.Float64);
        var (start, size, reversed) = (numbers.select(1, 0), numbers.select(1, 1), numbers.select(1, 2));

        // Pixel i of the result, or its mirror image, and where its centre lies in the line.
        var i = arange(side, dtype: ScalarType.Float64, device: device).reshape(1, side, 1);
        var pixel = i.add(reversed.mul(i.mul(-2).add_(side - 1)));
        var centre = pixel.add_(kernel.Centre).mul_(size.div(side)).sub_(kernel.Centre).add_(start);

        var taps = centre.floor().sub_(1).add(arange(Taps, dtype: ScalarType.Float64, device: device));
        var weights = Cubic(centre.sub(taps).abs_(), kernel.A);
        if (kernel.Renormalized)
        {
            weights.mul_(taps.ge(start).logical_and_(taps.lt(start.add(size))));
            weights.div_(weights.sum(-1, keepdim: true));
        }

        // A tap beyond the span falls on its edge; where such taps count as absent its weight is zero.
        var within = taps.maximum(start).minimum(start.add(size).sub_(1));
        return zeros(spans.Length, side, length, dtype: ScalarType.Float32, device: device)
            .scatter_add_(2, within.to(ScalarType.Int64), weights.to(ScalarType.Float32));
    }

    // Keys' cubic convolution kernel for distances 0 … 2.
    private static Tensor Cubic(Tensor d, double a)
    {
        var near = d.mul(a + 2).sub_(a + 3).mul_(d).mul_(d).add_(1);
        var far = d.mul(a).sub_(5 * a).mul_(d).add_(8 * a).mul_(d).sub_(4 * a);
        return where(d.lt(1), near, far);
    }

    /// <summary>A stretch of a line of pixels, read from either end.</summary>
    private readonly record struct Stretch(int Start, int Size, bool Reversed)
    {
        internal float[] Numbers => [Start, Size, Reversed ? 1 : 0];
    }
}
