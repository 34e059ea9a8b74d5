using System.Runtime.InteropServices;
using SimClrDsl.Runtime.Geometry;

namespace SimClrDsl.Runtime.Native;

/// <summary>P/Invoke declarations of the native kernels of src/Kernels. simclr_kernels.h documents each function.</summary>
internal static unsafe partial class KernelLibrary
{
    public const string Name = "simclr_kernels";

    [LibraryImport(Name)]
    public static partial void simclr_use_threads(nint parallelFor, nint threadCount);

    [LibraryImport(Name)]
    public static partial byte* simclr_instructions();

    [LibraryImport(Name)]
    public static partial void simclr_release_tensors(nint release);

    [LibraryImport(Name)]
    public static partial void simclr_finalizes();

    [LibraryImport(Name)]
    public static partial void simclr_resample(
        byte* images,
        long count,
        long channels,
        long height,
        long width,
        CropBox* boxes,
        bool* mirrored,
        long side,
        CropKernel kernel,
        float* views
    );

    [LibraryImport(Name)]
    public static partial void simclr_resample_picture(
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

    [LibraryImport(Name)]
    public static partial void simclr_distort(
        float* images,
        long count,
        long channels,
        long pixels,
        ColourOperation* operations,
        float* amounts,
        long operationsOfImage,
        float* to
    );

    [LibraryImport(Name)]
    public static partial void simclr_grey(float* images, long count, long pixels, bool* chosen, float* to);

    [LibraryImport(Name)]
    public static partial void simclr_blur(
        float* images,
        long count,
        long channels,
        long height,
        long width,
        bool* chosen,
        float* weights,
        long taps,
        float* to
    );

    [LibraryImport(Name)]
    public static partial int simclr_jpeg_region(
        byte* file,
        long length,
        int eighths,
        int top,
        int left,
        int height,
        int width,
        byte* pixels
    );

    [LibraryImport(Name)]
    public static partial byte* simclr_jpeg_error();

    [LibraryImport(Name)]
    public static partial void simclr_lars(
        void** weights,
        void** gradients,
        void** velocities,
        long* sizes,
        LarsLeaf* leaves,
        int count,
        double momentum,
        double trust,
        int nesterov
    );

    [LibraryImport(Name)]
    public static partial void simclr_average(void** averages, void** values, long* sizes, int count, double decay);

    [LibraryImport(Name)]
    public static partial void simclr_norm_moments(NormShape shape, void* x, void* moments);

    [LibraryImport(Name)]
    public static partial void simclr_norm(
        NormShape shape,
        void* x,
        void* skip,
        void* scale,
        void* shift,
        void* moments,
        long count,
        void* runningMean,
        void* runningVariance,
        int phase,
        double epsilon,
        double momentum,
        int relu,
        void* y,
        void* a,
        void* b,
        void* mean,
        void* inverseDeviation,
        void* nextMean,
        void* nextVariance
    );

    [LibraryImport(Name)]
    public static partial void simclr_norm_again(NormShape shape, void* x, void* skip, void* a, void* b, int relu, void* y);

    [LibraryImport(Name)]
    public static partial void simclr_norm_sums(
        NormShape shape,
        void* g,
        void* x,
        void* y,
        void* a,
        void* b,
        void* mean,
        void* inverseDeviation,
        int relu,
        void* masked,
        void* sums,
        void* dscale,
        void* dshift
    );

    [LibraryImport(Name)]
    public static partial void simclr_norm_gradient(
        NormShape shape,
        void* g,
        void* x,
        void* a,
        void* b,
        void* mean,
        void* inverseDeviation,
        int relu,
        void* sums,
        long count,
        void* dx
    );

    [LibraryImport(Name)]
    public static partial void simclr_pool_streams(StreamShape shape, void* streams, void* mean);

    [LibraryImport(Name)]
    public static partial void simclr_mix_streams(StreamShape shape, void* streams, void* weight, void* y);

    [LibraryImport(Name)]
    public static partial void simclr_mix_gradient(StreamShape shape, void* g, void* streams, void* a, void* b, void* dweight);

    [LibraryImport(Name)]
    public static partial void simclr_split_streams(StreamShape shape, void* g, void* weight, void* dmean, void* dstreams);

    [LibraryImport(Name)]
    public static partial void simclr_max_pool(ImageShape shape, void* x, void* y, void* choices);

    [LibraryImport(Name)]
    public static partial void simclr_max_pool_gradient(ImageShape shape, void* g, void* choices, void* dx);

    [LibraryImport(Name)]
    public static partial int simclr_convolution_serves(ConvolutionShape shape);

    [LibraryImport(Name)]
    public static partial void simclr_convolve(ConvolutionShape shape, void* x, void* kernel, void* y);

    [LibraryImport(Name)]
    public static partial void simclr_convolution_input_gradient(ConvolutionShape shape, void* dy, void* kernel, int add, void* dx);

    [LibraryImport(Name)]
    public static partial void simclr_convolution_kernel_gradient(
        ConvolutionShape shape,
        void* x,
        void* a,
        void* b,
        void* dy,
        void* dkernel
    );

    [LibraryImport(Name)]
    public static partial void simclr_halves(ImageShape shape, void* images, void* halves);

    [LibraryImport(Name)]
    public static partial int simclr_stem_serves(ConvolutionShape shape);

    [LibraryImport(Name)]
    public static partial void simclr_stem(ConvolutionShape shape, void* x, void* kernel, void* y);

    [LibraryImport(Name)]
    public static partial void simclr_stem_kernel_gradient(ConvolutionShape shape, void* x, void* dy, void* dkernel);
}
