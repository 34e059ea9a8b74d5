using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SimClrDsl.Native;

/// <summary>A bicubic kernel as the shim takes it.</summary>
/// <param name="Slope">Of Keys' kernel at distance 1.</param>
/// <param name="Centre">Where in a pixel its centre lies.</param>
/// <param name="Absent">1 where taps beyond a crop count as absent, the others being scaled to sum to one; 0 where the edge repeats.</param>
/// <param name="Antialias">1 where a direction that shrinks takes the antialiased cubic kernel instead.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct CropKernel(double Slope, double Centre, int Absent, int Antialias);

// Views of images on a CPU: each image by itself, on one thread, in one pass an operation. Results are new tensors without a gradient, and the
// same whatever the number of threads.
public static unsafe partial class SystemTorch
{
    /// <summary>Crops, resizes and, where asked, mirrors each image.</summary>
    /// <param name="images">uint8 [N, C, H, W].</param>
    /// <param name="boxes">Top, left, height and width of each image's crop: 4 · N numbers.</param>
    /// <param name="mirrored">Whether each image is mirrored left to right.</param>
    /// <param name="side">Side of the square result.</param>
    /// <param name="kernel">How it is resized.</param>
    /// <returns>float32 [N, C, side, side]; black is 0 and white 1, but a cubic kernel may leave that range.</returns>
    public static Tensor Resample(Tensor images, ReadOnlySpan<int> boxes, ReadOnlySpan<bool> mirrored, int side, CropKernel kernel)
    {
        Require(boxes.Length == 4 * images.size(0) && mirrored.Length == images.size(0), nameof(boxes));
        fixed (int* box = boxes)
        fixed (bool* mirror = mirrored)
        {
            return Owned(LibTorch.simclr_resample(images.Handle, box, (byte*)mirror, side, kernel), images);
        }
    }

    /// <summary>The same for one picture, on the calling thread.</summary>
    /// <param name="pixels">Rows of <paramref name="width"/> pixels, the channels of a pixel side by side.</param>
    /// <param name="width">Of the picture.</param>
    /// <param name="channels">Of the picture.</param>
    /// <param name="box">
    /// Top, left, height and width of the crop, inside the picture; its edges may lie within pixels where both directions shrink with antialiasing.
    /// </param>
    /// <param name="mirrored">Whether the view is mirrored.</param>
    /// <param name="side">Side of the view.</param>
    /// <param name="kernel">How it is resized.</param>
    /// <param name="view">[channels, side, side]; black is 0 and white 1, but a cubic kernel may leave that range.</param>
    public static void ResamplePicture(
        ReadOnlySpan<byte> pixels,
        int width,
        int channels,
        ReadOnlySpan<double> box,
        bool mirrored,
        int side,
        CropKernel kernel,
        Span<float> view
    )
    {
        Require(view.Length == channels * side * side, nameof(view));
        Require(
            box is [>= 0, >= 0, > 0, > 0] && box[1] + box[3] <= width && Math.Ceiling(box[0] + box[2]) * width * channels <= pixels.Length,
            nameof(box)
        );
        fixed (byte* from = pixels)
        fixed (double* crop = box)
        fixed (float* to = view)
        {
            _ = LibTorch.Checked(
                LibTorch.simclr_resample_picture(from, pixels.Length, width, channels, crop, mirrored ? 1 : 0, side, kernel, to)
            );
        }
    }

    /// <summary>
    /// Each image under <paramref name="count"/> operations, one after the other: 0 multiplies, 1 is contrast, 2 saturation, 3 hue, 4 adds;
    /// an image whose first number is negative stays as it is.
    /// </summary>
    /// <param name="images">float32 [N, C, H, W]; C is 1 or 3.</param>
    /// <param name="operations">The numbers of the operations of each image: N · count.</param>
    /// <param name="amounts">The amount of each.</param>
    /// <param name="count">Operations of an image.</param>
    public static Tensor Distort(Tensor images, ReadOnlySpan<sbyte> operations, ReadOnlySpan<float> amounts, int count)
    {
        Require(operations.Length == count * images.size(0) && amounts.Length == operations.Length, nameof(operations));
        fixed (sbyte* operation = operations)
        fixed (float* amount = amounts)
        {
            return Owned(LibTorch.simclr_distort(images.Handle, operation, amount, count), images);
        }
    }

    /// <summary>The chosen images by their luminance in all channels.</summary>
    /// <param name="images">float32 [N, 3, H, W].</param>
    /// <param name="chosen">N.</param>
    public static Tensor Grey(Tensor images, ReadOnlySpan<bool> chosen)
    {
        Require(chosen.Length == images.size(0), nameof(chosen));
        fixed (bool* first = chosen)
        {
            return Owned(LibTorch.simclr_grey(images.Handle, (byte*)first), images);
        }
    }

    /// <summary>The chosen images under the outer product of the weights with themselves, black beyond the border.</summary>
    /// <param name="images">float32 [N, C, H, W].</param>
    /// <param name="chosen">N.</param>
    /// <param name="weights">An odd number of them.</param>
    public static Tensor Blur(Tensor images, ReadOnlySpan<bool> chosen, ReadOnlySpan<float> weights)
    {
        Require(chosen.Length == images.size(0), nameof(chosen));
        Require(weights.Length % 2 == 1, nameof(weights));
        fixed (bool* first = chosen)
        fixed (float* weight = weights)
        {
            return Owned(LibTorch.simclr_blur(images.Handle, (byte*)first, weight, weights.Length), images);
        }
    }

    private static Tensor Owned(nint result, Tensor from)
    {
        GC.KeepAlive(from);
        return result == 0 ? throw LibTorch.Failure() : new(result);
    }

    // The shim reads as far as it is told.
    private static void Require(bool holds, string argument)
    {
        if (!holds)
        {
            throw new ArgumentException("Not as long as the images ask for.", argument);
        }
    }
}
