using System.Runtime.InteropServices;

namespace SimClrDsl.Native;

/// <summary>The shim's C functions, as native/simclr_torch.h declares them.</summary>
internal static unsafe partial class LibTorch
{
    private const string Library = "simclr_torch";

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint simclr_operator(string name, string overload);

    [LibraryImport(Library)]
    public static partial int simclr_call(nint op, Value* args, int count, Value* results, int capacity);

    [LibraryImport(Library)]
    public static partial void simclr_free_list(nint list);

    [LibraryImport(Library)]
    public static partial void simclr_free(nint tensor);

    [LibraryImport(Library)]
    public static partial nint simclr_alias(nint tensor);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial long simclr_live_tensors();

    [LibraryImport(Library), SuppressGCTransition]
    public static partial long simclr_dim(nint tensor);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial long simclr_numel(nint tensor);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial void simclr_sizes(nint tensor, long* sizes);

    [LibraryImport(Library)]
    public static partial int simclr_strides(nint tensor, long* strides);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int simclr_dtype(nint tensor);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int simclr_device(nint tensor);

    [LibraryImport(Library)]
    public static partial int simclr_is_contiguous(nint tensor, int memoryFormat);

    [LibraryImport(Library)]
    public static partial void* simclr_data(nint tensor);

    [LibraryImport(Library)]
    public static partial int simclr_requires_grad(nint tensor);

    [LibraryImport(Library)]
    public static partial int simclr_set_requires_grad(nint tensor, int value);

    [LibraryImport(Library)]
    public static partial int simclr_is_leaf(nint tensor);

    [LibraryImport(Library)]
    public static partial int simclr_grad(
        nint* outputs,
        int outputCount,
        nint* inputs,
        int inputCount,
        nint* gradOutputs,
        int retainGraph,
        int createGraph,
        int allowUnused,
        nint* results
    );

    [LibraryImport(Library)]
    public static partial int simclr_grad_mode();

    [LibraryImport(Library)]
    public static partial void simclr_set_grad_mode(int enabled);

    [LibraryImport(Library)]
    public static partial int simclr_inference_mode();

    [LibraryImport(Library)]
    public static partial nint simclr_enter_inference_mode(int enabled);

    [LibraryImport(Library)]
    public static partial void simclr_leave_inference_mode(nint guard);

    [LibraryImport(Library)]
    public static partial int simclr_autocast(int deviceType, int* enabled, int* dtype);

    [LibraryImport(Library)]
    public static partial int simclr_set_autocast(int deviceType, int enabled, int dtype);

    [LibraryImport(Library)]
    public static partial int simclr_autocast_nesting(int step);

    [LibraryImport(Library)]
    public static partial int simclr_batch_norm(
        nint x,
        nint skip,
        nint scale,
        nint shift,
        nint mean,
        nint variance,
        int phase,
        double epsilon,
        double momentum,
        int relu,
        nint* results
    );

    [LibraryImport(Library)]
    public static partial nint simclr_convolve(nint x, nint kernel, long stride, long padding);

    [LibraryImport(Library)]
    public static partial int simclr_lars(
        nint* weights,
        nint* gradients,
        nint* velocities,
        LarsLeaf* leaves,
        int count,
        double momentum,
        double trust,
        int nesterov
    );

    [LibraryImport(Library)]
    public static partial int simclr_average(nint* averages, nint* values, int count, double decay);

    [LibraryImport(Library)]
    public static partial int simclr_foreach_lars(
        nint* weights,
        nint* gradients,
        nint* velocities,
        LarsLeaf* leaves,
        int count,
        double momentum,
        double trust,
        int nesterov
    );

    [LibraryImport(Library)]
    public static partial int simclr_foreach_average(nint* averages, nint* values, int count, double decay);

    [LibraryImport(Library)]
    public static partial int simclr_pool_streams(nint streams, nint* results);

    [LibraryImport(Library)]
    public static partial nint simclr_mix_streams(nint streams, nint weight);

    [LibraryImport(Library)]
    public static partial nint simclr_max_pool(nint x);

    [LibraryImport(Library)]
    public static partial nint simclr_recomputed(
        nint value,
        nint* inputs,
        int count,
        delegate* unmanaged<nint, nint*, int, nint, nint*, byte*> recompute,
        delegate* unmanaged<nint, void> release,
        nint state
    );

    [LibraryImport(Library)]
    public static partial nint simclr_generator(int device, ulong seed);

    [LibraryImport(Library)]
    public static partial nint simclr_default_generator(int device);

    [LibraryImport(Library)]
    public static partial void simclr_free_generator(nint generator);

    [LibraryImport(Library)]
    public static partial int simclr_generator_seed(nint generator, ulong seed);

    [LibraryImport(Library)]
    public static partial ulong simclr_generator_initial_seed(nint generator);

    [LibraryImport(Library)]
    public static partial ulong simclr_generator_reseed(nint generator);

    [LibraryImport(Library)]
    public static partial nint simclr_generator_state(nint generator);

    [LibraryImport(Library)]
    public static partial int simclr_set_generator_state(nint generator, nint state);

    [LibraryImport(Library)]
    public static partial int simclr_manual_seed(ulong seed);

    [LibraryImport(Library)]
    public static partial byte* simclr_last_error();

    [LibraryImport(Library)]
    public static partial byte* simclr_version();

    [LibraryImport(Library)]
    public static partial int simclr_threads();

    [LibraryImport(Library)]
    public static partial int simclr_set_threads(int count);

    [LibraryImport(Library)]
    public static partial int simclr_deterministic();

    [LibraryImport(Library)]
    public static partial int simclr_set_deterministic(int enabled, int warnOnly);

    [LibraryImport(Library)]
    public static partial int simclr_tf32();

    [LibraryImport(Library)]
    public static partial int simclr_set_tf32(int products, int cudnn);

    [LibraryImport(Library)]
    public static partial int simclr_cudnn();

    [LibraryImport(Library)]
    public static partial int simclr_set_cudnn(int benchmark, int deterministic);

    [LibraryImport(Library)]
    public static partial int simclr_cuda_devices();

    [LibraryImport(Library)]
    public static partial int simclr_synchronize(int device);

    [LibraryImport(Library)]
    public static partial int simclr_keep_buffers();

    [LibraryImport(Library)]
    public static partial long simclr_buffer_bytes();

    [LibraryImport(Library)]
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

    [LibraryImport(Library)]
    public static partial byte* simclr_jpeg_error();
}
