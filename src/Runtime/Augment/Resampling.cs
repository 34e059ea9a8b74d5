using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>
/// Bicubic resampling of one box per image. Pixels outside the box have no influence, as if the crop were a separate image.
/// </summary>
internal static class Resampling
{
    /// <summary>Crops and resizes each image, and flips it if asked.</summary>
    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <param name="boxes">N boxes, each inside its image.</param>
    /// <param name="mirror">For each of N images, whether it is flipped left to right.</param>
    /// <param name="side">Height and width of the result.</param>
    /// <param name="resizing">The kernel.</param>
    /// <returns>
    /// float32 [N, C, side, side]. Black is 0 and white is 1; near edges a bicubic kernel may exceed that range.
    /// </returns>
    public static Tensor Resample(this Tensor images, CropBox[] boxes, bool[] mirror, int side, Resizing resizing) =>
        ViewKernels.Supports(images, ScalarType.Byte)
            ? ViewKernels.Resample(images, boxes, mirror, side, resizing)
            : ByOperators(images, boxes, mirror, side, resizing);

    /// <summary>The same with libtorch's operators, on any device, as two batched matrix products.</summary>
    internal static Tensor ByOperators(Tensor images, CropBox[] boxes, bool[] mirror, int side, Resizing resizing)
    {
        using var scope = NewDisposeScope();
        var (n, c, h, w) = (images.shape[0], images.shape[1], images.shape[2], images.shape[3]);
        var down = Matrices(
            [.. boxes.Select(static box => new Stretch(box.Top, box.Height, Reversed: false))],
            side,
            h,
            resizing,
            images.device
        );
        var across = Matrices(
            [.. boxes.Zip(mirror, static (box, m) => new Stretch(box.Left, box.Width, Reversed: m))],
            side,
            w,
            resizing,
            images.device
        );
        var rows = images.to(ScalarType.Float32).reshape(n, c * h, w).bmm(across.div_(255).transpose(1, 2));
        return down.unsqueeze(1).matmul(rows.reshape(n, c, h, side)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The resampling matrices [N, side, length], one per interval of a row or column, which resize that interval to <paramref
    /// name="side"/> pixels. They are computed on the device from seven numbers per interval, because uploading them would be slow at 224
    /// px. Coordinates are float64, since float32 is not precise enough for large images.
    /// </summary>
    private static Tensor Matrices(Stretch[] spans, int side, long length, Resizing resizing, Device device)
    {
        var kernels = Array.ConvertAll(spans, span => resizing.Kernel(span.Size, side));
        var numbers = tensor([.. spans.Zip(kernels, static (span, kernel) => span.Numbers(kernel)).SelectMany(static n => n)])
            .reshape(spans.Length, Stretch.Count, 1, 1)
            .Upload(device)
            .to(ScalarType.Float64);
        Tensor Number(int i) => numbers.select(1, i);
        var (start, size, reversed) = (Number(0), Number(1), Number(2));
        var (a, middle, renormalized, widened) = (Number(3), Number(4), Number(5).gt(0), Number(6).gt(0));

        // The pixels of the result, in reverse order if flipped, and the positions of their centres in the row or column.
        var i = arange(side, dtype: ScalarType.Float64, device: device).reshape(1, side, 1);
        var pixel = i.add(reversed.mul(i.mul(-2).add_(side - 1)));
        var scale = size.div(side);
        var centre = pixel.add_(middle).mul_(scale).sub_(middle).add_(start);
        var width = where(widened, scale, ones_like(scale));

        var first = where(widened, centre.sub(width.mul(2)).floor_().add_(1), centre.floor().sub_(1));
        var taps = first.add(arange(kernels.Max(static kernel => kernel.Taps), dtype: ScalarType.Float64, device: device));
        var weights = Cubic(centre.sub(taps).abs_().div_(width), a);
        var inside = taps.ge(start).logical_and_(taps.lt(start.add(size)));
        weights.mul_(inside.logical_or_(renormalized.logical_not()));
        weights.div_(where(renormalized, weights.sum(-1, keepdim: true), ones_like(scale)));

        // Taps outside the interval are moved to its edge pixel. If such taps are dropped, their weights are zero already.
        var within = taps.maximum(start).minimum(start.add(size).sub_(1));
        return zeros(spans.Length, side, length, dtype: ScalarType.Float32, device: device)
            .scatter_add_(2, within.to(ScalarType.Int64), weights.to(ScalarType.Float32));
    }

    // Keys' cubic convolution kernel with slopes a [N, 1, 1], for distances d that are not negative.
    private static Tensor Cubic(Tensor d, Tensor a)
    {
        var near = d.mul(a.add(2)).sub_(a.add(3)).mul_(d).mul_(d).add_(1);
        var far = d.mul(a).sub_(a.mul(5)).mul_(d).add_(a.mul(8)).mul_(d).sub_(a.mul(4));
        return where(d.lt(1), near, where(d.lt(2), far, zeros_like(d)));
    }

    /// <summary>An interval of a row or column of pixels, read from either end.</summary>
    private readonly record struct Stretch(int Start, int Size, bool Reversed)
    {
        internal const int Count = 7;

        /// <summary>The numbers that describe the interval and its kernel on the device; all are exact in float32.</summary>
        internal float[] Numbers(CubicKernel kernel) =>
            [Start, Size, Reversed ? 1 : 0, (float)kernel.A, (float)kernel.Centre, kernel.Renormalized ? 1 : 0, kernel.Width > 1 ? 1 : 0];
    }
}
