using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// Batch norm fused with the skip connection and the ReLU that follow it: y = relu(a · x + b + skip), where skip and ReLU are optional.
/// Where several ranks share a batch, it normalises with the statistics of the whole batch.
/// </summary>
internal sealed class NormFunction : KernelFunction<NormFunction, NormFunction.Norm>
{
    /// <summary>
    /// The arguments that are not differentiated, the skip, and the results besides y: the next statistics, a and b (Scale and Shift), and
    /// what y can be computed from again (Sum).
    /// </summary>
    internal sealed class Norm
    {
        public required Tensor RunningMean { get; init; }
        public required Tensor RunningVariance { get; init; }
        public required Phase Phase { get; init; }
        public required double Epsilon { get; init; }
        public required double Momentum { get; init; }
        public required bool Relu { get; init; }

        public IRanks Ranks { get; } = Distributed.Ranks.Current;
        public bool IsTraining => Phase != Phase.Infer;
        public Activation? Skip { get; init; }
        public bool WantsInput { get; set; }
        public bool WantsShift { get; set; }
        public Tensor? NextMean { get; set; }
        public Tensor? NextVariance { get; set; }
        public Tensor? Scale { get; set; }
        public Tensor? Shift { get; set; }
        public ResidualSum? Sum { get; set; }
        public ResidualSum? SkipIsAddedTo { get; set; }
        public bool IsRecorded { get; set; }
    }

    /// <summary>
    /// Normalises x [N, C] or [N, C, H, W]. Without a gradient, the result takes the memory of x; with one, the gradient of x does. The next
    /// statistics and the factors a and b are stored in <paramref name="norm"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A vector is not float32 [C], or skip differs from x in shape or type.</exception>
    public static Tensor Apply(Norm norm, Tensor x, Tensor scale, Tensor? shift)
    {
        var skip = norm.Skip?.Value;
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
        norm.IsRecorded = keep is not null;
        var y = norm.IsRecorded ? Layout.EmptyLike(x) : x;
        var (a, b, mean, inverse) = (empty_like(scale), empty_like(scale), empty_like(scale), empty_like(scale));
        if (norm.IsTraining)
        {
            (norm.NextMean, norm.NextVariance) = (empty_like(norm.RunningMean), empty_like(norm.RunningVariance));
        }

        using var moments = norm.IsTraining ? Moments(norm.Ranks, x) : null;

        (norm.WantsInput, norm.WantsShift) = (given.requires_grad, shift is not null);
        KernelLibrary.simclr_norm(
            Shape(x),
            Aten.Pointer(x),
            Layout.Pointer(added),
            Aten.Pointer(scale),
            Layout.Pointer(shift),
            Layout.Pointer(moments),
            norm.Ranks.Size * Shape(x).Rows,
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
        GC.KeepAlive((x, added, scale, shift, moments, norm));
        (norm.Scale, norm.Shift) = (a, b);
        var isSum = norm.Skip is not null && norm.Relu;
        norm.Sum = norm.IsRecorded && isSum ? ResidualSum.Of(x, a, b, norm.Skip!, y) : null;
        // The skip's gradient is a tensor of its own only where a ReLU masks it.
        norm.SkipIsAddedTo = norm.IsRecorded && norm.Relu && norm.Skip?.Sum is { IsAddedTo: true } ? norm.Skip.Sum : null;
        keep?.Invoke([x, isSum && norm.Sum is null ? y : null, a, b, mean, inverse]);
        return [y];
    }

    protected override unsafe Tensor?[] Backward(Norm norm, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> kept)
    {
        // No function whose backward pass comes later needs the output.
        using var sum = norm.Sum;
        if (sum is { HasSkipGradient: true })
        {
            throw new InvalidOperationException("The gradient of a skip connection was left for a convolution that did not add it.");
        }

        var (x, y, a, b, mean, inverse) = (kept[0]!, sum?.Value ?? kept[1], kept[2]!, kept[3]!, kept[4]!, kept[5]!);
        var g = Layout.Packed(gradients[0]!);
        var masked = y is null ? null : sum?.TakeValue() ?? Layout.EmptyLike(g);
        var (dscale, dshift) = (empty_like(a), empty_like(a));
        using var sums = empty(2, a.numel(), dtype: float64);
        KernelLibrary.simclr_norm_sums(
            Shape(x),
            Aten.Pointer(g),
            Aten.Pointer(x),
            Layout.Pointer(y),
            Aten.Pointer(a),
            Aten.Pointer(b),
            Aten.Pointer(mean),
            Aten.Pointer(inverse),
            norm.Relu ? 1 : 0,
            Layout.Pointer(masked),
            Aten.Pointer(sums),
            Aten.Pointer(dscale),
            Aten.Pointer(dshift)
        );
        GC.KeepAlive((g, kept, y));
        var passed = masked ?? g;
        var dx = norm.WantsInput ? InputGradient(norm, passed, kept, sums) : null;
        return [dx, norm.Skip is null ? null : SkipGradient(norm, passed), dscale, norm.WantsShift ? dshift : null];
    }

    private static Tensor? SkipGradient(Norm norm, Tensor passed)
    {
        if (norm.SkipIsAddedTo is not { } sum)
        {
            return passed;
        }

        sum.Leave(passed);
        return null;
    }

    // From the gradient `passed` of what the ReLU was given, or, without a skip, of what it returned. It takes the memory of x: all functions
    // that read x again came earlier in the backward pass.
    private static unsafe Tensor InputGradient(Norm norm, Tensor passed, IReadOnlyList<Tensor?> kept, Tensor sums)
    {
        var (x, a, b, mean, inverse) = (kept[0]!, kept[2]!, kept[3]!, kept[4]!, kept[5]!);
        if (norm.IsTraining)
        {
            norm.Ranks.Sum(sums, "gradient of batch-norm statistics");
        }

        KernelLibrary.simclr_norm_gradient(
            Shape(x),
            Aten.Pointer(passed),
            Aten.Pointer(x),
            Aten.Pointer(a),
            Aten.Pointer(b),
            Aten.Pointer(mean),
            Aten.Pointer(inverse),
            norm.Relu && norm.Skip is null ? 1 : 0,
            norm.IsTraining ? Aten.Pointer(sums) : null,
            norm.Ranks.Size * Shape(x).Rows,
            Aten.Pointer(x)
        );
        GC.KeepAlive((passed, kept, sums));
        return x.detach();
    }

    // float64 [2, C]: mean and biased variance of the batch, over all ranks.
    private static unsafe Tensor Moments(IRanks ranks, Tensor x)
    {
        var moments = empty(2, x.size(1), dtype: float64);
        KernelLibrary.simclr_norm_moments(Shape(x), Aten.Pointer(x), Aten.Pointer(moments));
        GC.KeepAlive(x);
        if (ranks.Size > 1)
        {
            // The mean of the squares is the variance plus the squared mean, on each rank and over all of them. In float64, so that a
            // variance much smaller than the squared mean is not lost to rounding.
            var (mean, variance) = (moments[0], moments[1]);
            variance.addcmul_(mean, mean, value: 1);
            ranks.Sum(moments, "batch-norm statistics");
            moments.div_(ranks.Size);
            variance.addcmul_(mean, mean, value: -1).clamp_min_(0);
        }

        return moments;
    }

    /// <summary>Computes the output a · x + b + skip, or the maximum of that and 0, again from the input.</summary>
    public static unsafe Tensor Again(Tensor x, Tensor a, Tensor b, Tensor? skip, bool relu)
    {
        var added = skip is null ? null : Layout.Packed(skip);
        var y = Layout.EmptyLike(x);
        KernelLibrary.simclr_norm_again(
            Shape(x),
            Aten.Pointer(x),
            Layout.Pointer(added),
            Aten.Pointer(a),
            Aten.Pointer(b),
            relu ? 1 : 0,
            Aten.Pointer(y)
        );
        GC.KeepAlive((x, a, b, added));
        return y;
    }

    private static NormShape Shape(Tensor x) => new(x.numel() / x.size(1), x.size(1), Kernels.ElementOf(x));
}
