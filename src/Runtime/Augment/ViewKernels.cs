using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>
/// Augmentation with the native kernels, for images on a CPU. Each image is processed on one thread, in one pass per operation. The results
/// are new tensors without gradient, and do not depend on the number of threads.
/// </summary>
internal static unsafe class ViewKernels
{
    /// <summary>Whether the kernels are available and these images are on a CPU and of this type.</summary>
    public static bool Supports(Tensor images, ScalarType type) =>
        images.device.type == TorchSharp.DeviceType.CPU && images.dtype == type && Kernels.InUse;

    /// <summary>Crops and resizes uint8 [N, C, H, W] to float32 [N, C, side, side].</summary>
    public static Tensor Resample(Tensor images, CropBox[] boxes, bool[] mirror, int side, Resizing resizing)
    {
        Require(boxes.Length == images.size(0) && mirror.Length == images.size(0), nameof(boxes));
        var from = images.contiguous();
        var (count, channels, height, width) = (from.size(0), from.size(1), from.size(2), from.size(3));
        Require(boxes.All(box => box.IsWithin(height, width)), nameof(boxes));
        var views = empty(count, channels, side, side);
        fixed (CropBox* box = boxes)
        fixed (bool* mirrored = mirror)
        {
            KernelLibrary.simclr_resample(
                (byte*)Aten.Pointer(from),
                count,
                channels,
                height,
                width,
                box,
                mirrored,
                side,
                Native(resizing),
                (float*)Aten.Pointer(views)
            );
        }

        GC.KeepAlive(from);
        return views;
    }

    /// <summary>Crops and resizes one picture, on the calling thread.</summary>
    public static void Resample(Picture picture, int channels, PictureBox box, bool mirror, int side, Resizing resizing, Span<float> view)
    {
        Require(view.Length == channels * side * side, nameof(view));
        Require(
            box is { Top: >= 0, Left: >= 0, Height: > 0, Width: > 0 }
                && box.Left + box.Width <= picture.Width
                && Math.Ceiling(box.Top + box.Height) * picture.Width * channels <= picture.Pixels.Length,
            nameof(box)
        );
        var edges = stackalloc double[] { box.Top, box.Left, box.Height, box.Width };
        fixed (byte* from = picture.Pixels)
        fixed (float* to = view)
        {
            KernelLibrary.simclr_resample_picture(
                from,
                picture.Pixels.Length,
                picture.Width,
                channels,
                edges,
                mirror ? 1 : 0,
                side,
                Native(resizing),
                to
            );
        }
    }

    /// <summary>Distorts the colours of float32 [N, C, H, W]; C is 1 or 3.</summary>
    public static Tensor Distort(Tensor images, ColourDraws draws)
    {
        Require(draws.Operations.Length == draws.Count * images.size(0) && draws.Amounts.Length == draws.Operations.Length, nameof(draws));
        var from = images.contiguous();
        var result = empty(from.shape);
        fixed (ColourOperation* operations = draws.Operations)
        fixed (float* amounts = draws.Amounts)
        {
            KernelLibrary.simclr_distort(
                (float*)Aten.Pointer(from),
                from.size(0),
                from.size(1),
                from.size(2) * from.size(3),
                operations,
                amounts,
                draws.Count,
                (float*)Aten.Pointer(result)
            );
        }

        GC.KeepAlive(from);
        return result;
    }

    /// <summary>Replaces the chosen images of float32 [N, 3, H, W] by their luminance in all channels.</summary>
    public static Tensor Grey(Tensor images, bool[] chosen)
    {
        Require(chosen.Length == images.size(0), nameof(chosen));
        var from = images.contiguous();
        var result = empty(from.shape);
        fixed (bool* first = chosen)
        {
            KernelLibrary.simclr_grey(
                (float*)Aten.Pointer(from),
                from.size(0),
                from.size(2) * from.size(3),
                first,
                (float*)Aten.Pointer(result)
            );
        }

        GC.KeepAlive(from);
        return result;
    }

    /// <summary>
    /// Convolves the chosen images of float32 [N, C, H, W] with the outer product of the weights with themselves. The number of weights is
    /// odd; outside the image all pixels count as black.
    /// </summary>
    public static Tensor Blur(Tensor images, bool[] chosen, float[] weights)
    {
        Require(chosen.Length == images.size(0), nameof(chosen));
        Require(weights.Length % 2 == 1, nameof(weights));
        var from = images.contiguous();
        var result = empty(from.shape);
        fixed (bool* first = chosen)
        fixed (float* weight = weights)
        {
            KernelLibrary.simclr_blur(
                (float*)Aten.Pointer(from),
                from.size(0),
                from.size(1),
                from.size(2),
                from.size(3),
                first,
                weight,
                weights.Length,
                (float*)Aten.Pointer(result)
            );
        }

        GC.KeepAlive(from);
        return result;
    }

    private static CropKernel Native(Resizing resizing)
    {
        var kernel = CubicKernel.Of(resizing.Bicubic);
        return new(kernel.A, kernel.Centre, kernel.Renormalized ? 1 : 0, resizing.Antialias ? 1 : 0);
    }

    // The kernels do not check the lengths of arrays, so this must.
    private static void Require(bool holds, string argument)
    {
        if (!holds)
        {
            throw new ArgumentException("The argument does not fit the number or the size of the images.", argument);
        }
    }
}
