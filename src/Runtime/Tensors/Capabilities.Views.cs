using static TorchSharp.torch;
#if TORCH_SYSTEM
using System.Runtime.InteropServices;
using SimClrDsl.Native;
#endif

namespace SimClrDsl.Runtime;

// Views of images, each image in one pass an operation; without them the operations are put together from the provider's operators.
public static partial class Capabilities
{
    /// <summary>Whether the provider makes views of pictures in memory.</summary>
    internal static bool MakesViews =>
#if TORCH_SYSTEM
        true;
#else
        false;
#endif

    /// <summary>Whether the provider makes views of images in a tensor that should have this type.</summary>
    internal static bool MakesViewsOf(Tensor images, ScalarType type) =>
        MakesViews && images.device.type == TorchSharp.DeviceType.CPU && images.dtype == type;

#if TORCH_SYSTEM
    internal static Tensor Resample(Tensor images, CropBox[] boxes, bool[] mirror, int side, Resizing resizing) =>
        SystemTorch.Resample(images, MemoryMarshal.Cast<CropBox, int>(boxes), mirror, side, Native(resizing));

    internal static void Resample(
        Picture picture,
        int channels,
        PictureBox box,
        bool mirror,
        int side,
        Resizing resizing,
        Span<float> view
    ) =>
        SystemTorch.ResamplePicture(
            picture.Pixels,
            picture.Width,
            channels,
            [box.Top, box.Left, box.Height, box.Width],
            mirror,
            side,
            Native(resizing),
            view
        );

    internal static Tensor Distort(Tensor images, ColourDraws draws) =>
        SystemTorch.Distort(images, MemoryMarshal.Cast<ColourOperation, sbyte>(draws.Operations), draws.Amounts, draws.Count);

    internal static Tensor Grayscale(Tensor images, bool[] chosen) => SystemTorch.Grey(images, chosen);

    internal static Tensor Blur(Tensor images, bool[] chosen, float[] weights) => SystemTorch.Blur(images, chosen, weights);

    private static CropKernel Native(Resizing resizing)
    {
        var kernel = CubicKernel.Of(resizing.Bicubic);
        return new(kernel.A, kernel.Centre, kernel.Renormalized ? 1 : 0, resizing.Antialias ? 1 : 0);
    }
#else
    internal static Tensor Resample(Tensor images, CropBox[] boxes, bool[] mirror, int side, Resizing resizing) => throw NoViews();

    internal static void Resample(
        Picture picture,
        int channels,
        PictureBox box,
        bool mirror,
        int side,
        Resizing resizing,
        Span<float> view
    ) => throw NoViews();

    internal static Tensor Distort(Tensor images, ColourDraws draws) => throw NoViews();

    internal static Tensor Grayscale(Tensor images, bool[] chosen) => throw NoViews();

    internal static Tensor Blur(Tensor images, bool[] chosen, float[] weights) => throw NoViews();

    private static NotSupportedException NoViews() => new("The provider makes no views.");
#endif
}
