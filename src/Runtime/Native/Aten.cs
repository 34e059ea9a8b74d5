using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Native;

/// <summary>Operators of libtorch that TorchSharp does not offer.</summary>
public static unsafe class Aten
{
    private const ulong ChannelsLastFormat = 2;

    /// <summary>
    /// The tensor in the channels-last memory format, in which convolutions are faster. A tensor that already has this format is returned
    /// as it is; any other is copied.
    /// </summary>
    /// <param name="tensor">[N, C, H, W], of any type, on any device.</param>
    /// <exception cref="InvalidOperationException">libtorch could not copy the tensor.</exception>
    public static Tensor ChannelsLast(this Tensor tensor)
    {
        if (IsChannelsLast(tensor))
        {
            return tensor;
        }

        Check(StableAbi.aoti_torch_new_tensor_handle(tensor.Handle, out var taken), "contiguous", tensor);
        var stack = stackalloc ulong[] { (ulong)taken, ChannelsLastFormat };
        Check(StableAbi.torch_call_dispatcher("aten::contiguous", "", stack, StableAbi.Version), "contiguous", tensor);
        return FromHandle((nint)stack[0]);
    }

    /// <summary>An uninitialised CPU tensor [N, C, H, W] in the channels-last memory format.</summary>
    internal static Tensor EmptyChannelsLast(long images, long channels, long height, long width, ScalarType type) =>
        empty_strided([images, channels, height, width], [height * width * channels, 1, width * channels, channels], dtype: type);

    /// <summary>
    /// Whether the strides of a tensor [N, C, H, W] are those of the channels-last format. For one channel both formats have the same
    /// memory, but the strides still decide the format of a convolution's output.
    /// </summary>
    internal static bool IsChannelsLast(Tensor tensor)
    {
        var (sizes, strides) = (tensor.shape, tensor.stride());
        return strides[1] == 1
            && strides[3] == sizes[1]
            && strides[2] == sizes[1] * sizes[3]
            && strides[0] == sizes[1] * sizes[2] * sizes[3];
    }

    /// <summary>Address of a tensor's first element. The tensor must be kept alive while the memory is used.</summary>
    internal static void* Pointer(Tensor tensor)
    {
        Check(StableAbi.aoti_torch_get_data_ptr(tensor.Handle, out var pointer), "data_ptr", tensor);
        return (void*)pointer;
    }

    /// <summary>
    /// Backward pass of a convolution without bias on a CPU: the gradients with respect to its input and its kernel, each null unless asked
    /// for.
    /// </summary>
    internal static (Tensor? Input, Tensor? Kernel) ConvolutionBackward(
        Tensor gradient,
        Tensor input,
        Tensor kernel,
        long stride,
        long padding,
        bool forInput,
        bool forKernel
    )
    {
        var strides = stackalloc long[] { stride, stride };
        var paddings = stackalloc long[] { padding, padding };
        var dilations = stackalloc long[] { 1, 1 };
        var none = stackalloc long[] { 0, 0 };
        var wanted = stackalloc int[] { forInput ? 1 : 0, forKernel ? 1 : 0, 0 };
        var status = StableAbi.aoti_torch_cpu_convolution_backward(
            gradient.Handle,
            input.Handle,
            kernel.Handle,
            null,
            0,
            strides,
            2,
            paddings,
            2,
            dilations,
            2,
            transposed: 0,
            none,
            2,
            groups: 1,
            wanted,
            3,
            out var inputGradient,
            out var kernelGradient,
            out var biasGradient
        );
        Check(status, "convolution_backward", gradient, input, kernel);
        FromHandle(biasGradient).Dispose();
        return (TensorOrNull(inputGradient, forInput), TensorOrNull(kernelGradient, forKernel));
    }

    private static Tensor? TensorOrNull(nint handle, bool wanted)
    {
        var tensor = FromHandle(handle);
        if (wanted)
        {
            return tensor;
        }

        tensor.Dispose();
        return null;
    }

    private static Tensor FromHandle(nint handle) => Tensor.UnsafeCreateTensor(handle);

    private static void Check(int status, string operation, params ReadOnlySpan<Tensor> tensors)
    {
        if (status != 0)
        {
            throw new InvalidOperationException($"libtorch could not compute {operation}({TypesAndShapes(tensors)}).");
        }
    }

    // Types and shapes, such as "BFloat16[2, 3, 8, 8], Float32[4, 5, 3, 3]", so that the message shows which one is wrong.
    private static string TypesAndShapes(ReadOnlySpan<Tensor> tensors)
    {
        var all = new List<string>();
        foreach (var tensor in tensors)
        {
            all.Add($"{tensor.dtype}[{string.Join(", ", tensor.shape)}]");
        }

        return string.Join(", ", all);
    }
}
