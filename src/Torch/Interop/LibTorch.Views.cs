using System.Runtime.InteropServices;

namespace SimClrDsl.Native;

// What makes views of images.
internal static unsafe partial class LibTorch
{
    [LibraryImport(Library)]
    public static partial nint simclr_resample(nint images, int* boxes, byte* mirrored, long side, CropKernel kernel);

    [LibraryImport(Library)]
    public static partial int simclr_resample_picture(
        byte* pixels,
        long length,
        long width,
        long channels,
        double* box,
        int mirrored,
        long side,
        CropKernel kernel,
        float* view
    );

    [LibraryImport(Library)]
    public static partial nint simclr_distort(nint images, sbyte* operations, float* amounts, long count);

    [LibraryImport(Library)]
    public static partial nint simclr_grey(nint images, byte* chosen);

    [LibraryImport(Library)]
    public static partial nint simclr_blur(nint images, byte* chosen, float* weights, long taps);
}
