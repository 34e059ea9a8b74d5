using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// A convolution without bias on a CPU. The float32 kernel is converted to the type of the images; its gradient is summed and returned in
/// float32. If it is known what the input was computed from (<see cref="Activation"/>), the function saves that for its backward pass
/// instead of the input.
/// </summary>
internal sealed class ConvolutionFunction : KernelFunction<ConvolutionFunction, ConvolutionFunction.Convolution>
{
    private const int ServesConvolution = 1;
    private const int ServesKernelGradient = 2;

    /// <summary>The arguments of a convolution that are not tensors, and which gradients are needed.</summary>
    internal sealed class Convolution
    {
        public required long Stride { get; init; }
        public required long Padding { get; init; }
        public Normalized? Source { get; init; }
        public ResidualSum? Sum { get; init; }
        public bool WantsInput { get; set; }
        public bool WantsKernel { get; set; }
        public bool AddsSkip { get; set; }
        public bool LeavesGradient { get; set; }
    }

    /// <summary>
    /// Convolves x [N, inputs, H, W] with a float32 kernel [outputs, inputs, k, k]; the result is channels-last, of x's type.
    /// </summary>
    public static Tensor Apply(Activation x, Tensor kernel, long stride, long padding) =>
        Run(
            new()
            {
                Stride = stride,
                Padding = padding,
                Source = x.Source is { Relu: true } ? x.Source : null,
                Sum = x.Sum,
            },
            x.Value,
            kernel
        )[0];

    protected override unsafe List<Tensor> Forward(Convolution convolution, Tensor?[] arguments, Action<List<Tensor?>>? keep)
    {
        var (given, kernel) = (arguments[0]!, arguments[1]!);
        (convolution.WantsInput, convolution.WantsKernel) = (given.requires_grad, kernel.requires_grad);
        keep?.Invoke(
            convolution.Sum is not null ? [null, null, null, kernel]
            : convolution.Source is { } source ? [source.Raw, source.Scale, source.Shift, kernel]
            : [given, null, null, kernel]
        );
        if (keep is not null && convolution is { Sum: { } sum, WantsInput: true })
        {
            // The first function of a forward pass is the last of the backward pass, so the first convolution adds what others leave.
            (convolution.AddsSkip, convolution.LeavesGradient, sum.IsAddedTo) = (!sum.IsAddedTo, sum.IsAddedTo, true);
        }

        var x = Aten.ChannelsLast(given);
        var shape = Shape(convolution, x, kernel);
        if ((KernelLibrary.simclr_convolution_serves(shape) & ServesConvolution) == 0)
        {
            return [LibtorchConvolution.Apply(x, Typed(kernel, x), convolution.Stride, convolution.Padding)];
        }

        var plain = kernel.contiguous();
        var convolved = Kernels.EmptyResult(shape, x.dtype);
        KernelLibrary.simclr_convolve(shape, Aten.Pointer(x), Aten.Pointer(plain), Aten.Pointer(convolved));
        GC.KeepAlive((x, plain));
        return [convolved];
    }

    protected override Tensor?[] Backward(Convolution convolution, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> kept)
    {
        var (scale, shift, kernel) = (kept[1], kept[2], kept[3]!);
        var gradient = Aten.ChannelsLast(gradients[0]!);
        // The values of the input matter only for the kernel's gradient. Without that, any tensor of its shape will do.
        var raw = Aten.ChannelsLast(
            convolution.Sum is not { } sum ? kept[0]!
            : convolution.WantsKernel ? sum.Value
            : sum.Raw
        );
        var shape = Shape(convolution, raw, kernel);
        var serves = KernelLibrary.simclr_convolution_serves(shape);
        var ownKernel = convolution.WantsKernel && (serves & ServesKernelGradient) != 0;
        var ownInput = convolution.WantsInput && (serves & ServesConvolution) != 0;
        var dkernel = ownKernel ? KernelGradient(shape, raw, scale, shift, gradient, kernel) : null;
        var skip = convolution.AddsSkip ? convolution.Sum!.TakeSkipGradient() : null;
        var dx = ownInput ? InputGradient(shape, gradient, kernel, raw, skip) : null;
        var (forInput, forKernel) = (convolution.WantsInput && !ownInput, convolution.WantsKernel && !ownKernel);
        if (forInput || forKernel)
        {
            var x = forKernel && scale is not null ? NormFunction.Again(raw, scale, shift!, skip: null, relu: true) : raw;
            var (input, weight) = LibtorchConvolution.Backward(
                gradient,
                x,
                Typed(kernel, x),
                convolution.Stride,
                convolution.Padding,
                forInput,
                forKernel,
                skip
            );
            dkernel ??= weight?.to(ScalarType.Float32).contiguous();
            dx ??= input;
        }

        if (convolution.LeavesGradient)
        {
            convolution.Sum!.Leave(Aten.ChannelsLast(dx!));
            dx = null;
        }

        return [dx, dkernel];
    }

    private static unsafe Tensor KernelGradient(
        ConvolutionShape shape,
        Tensor raw,
        Tensor? scale,
        Tensor? shift,
        Tensor gradient,
        Tensor kernel
    )
    {
        var result = empty(kernel.shape);
        KernelLibrary.simclr_convolution_kernel_gradient(
            shape,
            Aten.Pointer(raw),
            Layout.Pointer(scale),
            Layout.Pointer(shift),
            Aten.Pointer(gradient),
            Aten.Pointer(result)
        );
        GC.KeepAlive((raw, scale, shift, gradient));
        return result;
    }

    // Written into `skip` where there is that gradient to add it to.
    private static unsafe Tensor InputGradient(ConvolutionShape shape, Tensor gradient, Tensor kernel, Tensor x, Tensor? skip)
    {
        var (plain, result) = (kernel.contiguous(), skip ?? Layout.EmptyLike(x));
        KernelLibrary.simclr_convolution_input_gradient(
            shape,
            Aten.Pointer(gradient),
            Aten.Pointer(plain),
            add: skip is null ? 0 : 1,
            Aten.Pointer(result)
        );
        GC.KeepAlive((gradient, plain));
        return result;
    }

    // The kernel in the type in which libtorch convolves x.
    private static Tensor Typed(Tensor kernel, Tensor x) => kernel.detach().to(x.dtype);

    private static ConvolutionShape Shape(Convolution convolution, Tensor x, Tensor kernel) =>
        Kernels.ConvolutionOf(x, kernel, convolution.Stride, convolution.Padding);
}
