using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// Batch norm fused with the skip connection and the ReLU that follow it: y = relu(a · x + b + skip), where skip and ReLU are optional.
/// </summary>
internal sealed class NormFunction : KernelFunction<NormFunction, NormFunction.Norm>
{
    /// <summary>
    /// The arguments that are not differentiated, and the results besides y: the next statistics, and a and b (Scale and Shift).
    /// </summary>
    internal sealed class Norm
    {
        public required Tensor RunningMean { get; init; }
        public required Tensor RunningVariance { get; init; }
        public required Phase Phase { get; init; }
        public required double Epsilon { get; init; }
        public required double Momentum { get; init; }
        public required bool Relu { get; init; }

        public bool IsTraining => Phase != Phase.Infer;
        public bool WantsInput { get; set; }
        public bool WantsSkip { get; set; }
        public bool WantsShift { get; set; }
        public Tensor? NextMean { get; set; }
        public Tensor? NextVariance { get; set; }
        public Tensor? Scale { get; set; }
        public Tensor? Shift { get; set; }
    }

    /// <summary>
    /// Normalises x [N, C] or [N, C, H, W]. The next statistics and the factors a and b are stored in <paramref name="norm"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A vector is not float32 [C], or skip differs from x in shape or type.</exception>
    public static Tensor Apply(Norm norm, Tensor x, Tensor? skip, Tensor scale, Tensor? shift)
    {
        var channels = x.size(1);
        foreach (var vector in new[] { scale, shift, norm.RunningMean, norm.RunningVariance }.OfType<Tensor>())
        {
            Require(
                vector.dtype == ScalarType.Float32 && vector.numel() == channels && vector.is_contiguous(),
                "a float32 value for each channel"
            );
        }

        Require(skip is null || (skip.shape.SequenceEqual(x.shape) && skip.dtype == x.dtype), "a skip like its input");
        return Run(norm, x, skip, scale, shift)[0];

        void Require(bool holds, string what)
        {
            if (!holds)
            {
                throw new ArgumentException($"A batch norm of [{string.Join(", ", x.shape)}] takes {what}.");
            }
        }
    }

    protected override unsafe List<Tensor> Forward(Norm norm, Tensor?[] arguments, Action<List<Tensor?>>? keep)
    {
        var (given, skip, scale, shift) = (arguments[0]!, arguments[1], arguments[2]!, arguments[3]);
        var x = Layout.Packed(given);
        var added = skip is null ? null : Layout.Packed(skip);
        var y = Layout.EmptyLike(x);
        var (a, b, mean, inverse) = (empty_like(scale), empty_like(scale), empty_like(scale), empty_like(scale));
        if (norm.IsTraining)
        {
            (norm.NextMean, norm.NextVariance) = (empty_like(norm.RunningMean), empty_like(norm.RunningVariance));
        }

        (norm.WantsInput, norm.WantsSkip, norm.WantsShift) = (given.requires_grad, skip is not null, shift is not null);
        KernelLibrary.simclr_norm(
            Shape(x),
            Aten.Pointer(x),
            Layout.Pointer(added),
            Aten.Pointer(scale),
            Layout.Pointer(shift),
            Aten.Pointer(norm.RunningMean),
            Aten.Pointer(norm.RunningVariance),
            (int)norm.Phase,
            norm.Epsilon,
            norm.Momentum,
            norm.Relu ? 1 : 0,
            Aten.Pointer(y),
            Aten.Pointer(a),
            Aten.Pointer(b),
            Aten.Pointer(mean),
            Aten.Pointer(inverse),
            Layout.Pointer(norm.NextMean),
            Layout.Pointer(norm.NextVariance)
        );
        GC.KeepAlive((x, added, scale, shift, norm));
        (norm.Scale, norm.Shift) = (a, b);
        keep?.Invoke([x, skip is not null && norm.Relu ? y : null, a, b, mean, inverse]);
        return [y];
    }

    protected override unsafe Tensor?[] Backward(Norm norm, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> kept)
    {
        var (x, y, a, b, mean, inverse) = (kept[0]!, kept[1], kept[2]!, kept[3]!, kept[4]!, kept[5]!);
        var g = Layout.Packed(gradients[0]!);
        var masked = y is null ? null : Layout.EmptyLike(g);
        var dx = norm.WantsInput ? Layout.EmptyLike(x) : null;
        var (dscale, dshift) = (empty_like(a), empty_like(a));
        KernelLibrary.simclr_norm_gradient(
            Shape(x),
            Aten.Pointer(g),
            Aten.Pointer(x),
            Layout.Pointer(y),
            Aten.Pointer(a),
            Aten.Pointer(b),
            Aten.Pointer(mean),
            Aten.Pointer(inverse),
            norm.Relu ? 1 : 0,
            norm.IsTraining ? 1 : 0,
            Layout.Pointer(masked),
            Layout.Pointer(dx),
            Aten.Pointer(dscale),
            Aten.Pointer(dshift)
        );
        GC.KeepAlive((g, kept));
        return [dx, norm.WantsSkip ? masked ?? g : null, dscale, norm.WantsShift ? dshift : null];
    }

    /// <summary>Recomputes the output max(a · x + b, 0) from the input.</summary>
    public static unsafe Tensor Recompute(Tensor x, Tensor a, Tensor b)
    {
        var y = Layout.EmptyLike(x);
        KernelLibrary.simclr_norm_again(Shape(x), Aten.Pointer(x), Aten.Pointer(a), Aten.Pointer(b), relu: 1, Aten.Pointer(y));
        GC.KeepAlive((x, a, b));
        return y;
    }

    private static NormShape Shape(Tensor x) => new(x.numel() / x.size(1), x.size(1), Kernels.ElementOf(x));
}
