using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>
/// Bicubic resampling of one box per image as two batched matrix products. The kernel is TF2's: half-pixel centres, a = −1/2, no
/// antialiasing; taps outside the box count as absent and the others are scaled to sum to one, as if the crop were an image of its own.
/// </summary>
public static class Resampling
{
    private const int Taps = 4;

    /// <summary>Crops, resizes and, where asked, mirrors each image.</summary>
    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <param name="boxes">N boxes inside the images.</param>
    /// <param name="mirror">Whether each image is mirrored left to right.</param>
    /// <param name="side">Side of the square result.</param>
    /// <returns>float32 [N, C, side, side] in [0, 1].</returns>
    public static Tensor Resample(this Tensor images, CropBox[] boxes, bool[] mirror, int side)
    {
        using var scope = NewDisposeScope();
        var (n, c, h, w) = (images.shape[0], images.shape[1], images.shape[2], images.shape[3]);
        var down = Matrices([.. boxes.Select(static box => new Stretch(box.Top, box.Height, Reversed: false))], side, h, images.device);
        var across = Matrices(
            [.. boxes.Zip(mirror, static (box, m) => new Stretch(box.Left, box.Width, Reversed: m))],
            side,
            w,
            images.device
        );
        var rows = images.to(ScalarType.Float32).reshape(n, c * h, w).bmm(across.div_(255).transpose(1, 2));
        return down.unsqueeze(1).matmul(rows.reshape(n, c, h, side)).clamp_(0, 1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// One matrix [side, length] per span, together [N, side, length], which resizes that span of a line of pixels to
    /// <paramref name="side"/> pixels. Made on the device from three numbers a span: at 224 px the matrices would be slow to upload.
    /// </summary>
    private static Tensor Matrices(Stretch[] spans, int side, long length, Device device)
    {
        var numbers = tensor([.. spans.SelectMany(static span => span.Numbers)]).reshape(spans.Length, 3, 1, 1).to(device);
        var (start, size, reversed) = (numbers.select(1, 0), numbers.select(1, 1), numbers.select(1, 2));

        // Pixel i of the result, or its mirror image, and where its centre lies in the line.
        var i = arange(side, dtype: ScalarType.Float32, device: device).reshape(1, side, 1);
        var pixel = i.add(reversed.mul(i.mul(-2).add_(side - 1)));
        var centre = pixel.add_(0.5).mul_(size.div(side)).sub_(0.5).add_(start);

        var taps = centre.floor().sub_(1).add(arange(Taps, dtype: ScalarType.Float32, device: device));
        var inside = taps.ge(start).logical_and_(taps.lt(start.add(size)));
        var weights = Cubic(centre.sub(taps).abs_()).mul_(inside);
        weights.div_(weights.sum(-1, keepdim: true));
        return zeros(spans.Length, side, length, dtype: ScalarType.Float32, device: device)
            .scatter_add_(2, taps.clamp_(0, length - 1).to(ScalarType.Int64), weights);
    }

    // Keys' cubic convolution kernel with a = −1/2 for distances 0 … 2.
    private static Tensor Cubic(Tensor d)
    {
        var near = d.mul(1.5).sub_(2.5).mul_(d).mul_(d).add_(1);
        var far = d.mul(-0.5).add_(2.5).mul_(d).sub_(4).mul_(d).add_(2);
        return where(d.lt(1), near, far);
    }

    /// <summary>A stretch of a line of pixels, read from either end.</summary>
    private readonly record struct Stretch(int Start, int Size, bool Reversed)
    {
        internal float[] Numbers => [Start, Size, Reversed ? 1 : 0];
    }
}
