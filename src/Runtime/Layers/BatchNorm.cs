using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>
/// Batch normalisation as a pure function: the running statistics are an argument and a result. ε is 1e-5, and running ← 0.9 · running +
/// 0.1 · batch. The running variance uses the batch's biased variance, as the reference code's cross-replica batch norm does, or the
/// unbiased one (<see cref="Phase.TrainUnbiased"/>). Where several ranks share a batch, its statistics are those of the whole batch.
/// </summary>
public static class BatchNorm
{
    /// <summary>ε, which is added to variances.</summary>
    public const double Epsilon = 1e-5;

    private const double Momentum = 0.1;

    /// <summary>The trained parameters, float32.</summary>
    /// <param name="Scale">γ [channels].</param>
    /// <param name="Shift">β [channels].</param>
    public sealed record Params(Tensor Scale, Tensor Shift) : ITree<Params>
    {
        /// <inheritdoc/>
        public Params Map(LeafPath path, LeafMap map) =>
            new(map(new(path / "scale", LeafRole.Normalization, Scale)), map(new(path / "shift", LeafRole.Normalization, Shift)));
    }

    /// <summary>The running statistics, float32.</summary>
    /// <param name="Mean">Running mean [channels].</param>
    /// <param name="Variance">Running variance [channels].</param>
    public sealed record State(Tensor Mean, Tensor Variance) : ITree<State>
    {
        /// <inheritdoc/>
        public State Map(LeafPath path, LeafMap map) =>
            new(map(new(path / "mean", LeafRole.Statistic, Mean)), map(new(path / "variance", LeafRole.Statistic, Variance)));
    }

    /// <summary>
    /// Initial parameters: γ = 1 and β = 0. With <paramref name="zeroGamma"/> γ = 0, for the last batch norm of a residual block, so that
    /// the block starts as its skip connection.
    /// </summary>
    internal static Params Init(int channels, bool zeroGamma = false) => new(zeroGamma ? zeros(channels) : ones(channels), zeros(channels));

    /// <summary>The statistics before the first batch: mean 0 and variance 1.</summary>
    internal static State Start(Tensor scale) => new(zeros_like(scale), ones_like(scale));

    /// <summary>
    /// Normalises x [N, channels] or [N, channels, H, W] over every dimension except the channels. Here and in the following functions, x
    /// is the caller's no more: without a gradient, the result takes its memory.
    /// </summary>
    internal static (Activation Y, State Next) Forward(Params p, State s, Tensor x, Phase phase) => Forward(p.Scale, p.Shift, s, x, phase);

    /// <summary>Batch norm followed by a ReLU.</summary>
    internal static (Activation Y, State Next) ForwardRelu(Params p, State s, Tensor x, Phase phase) =>
        Forward(p.Scale, p.Shift, s, x, phase, relu: true);

    /// <summary>ReLU of the batch norm of x plus <paramref name="skip"/>, which has x's shape and type.</summary>
    internal static (Activation Y, State Next) ForwardAddRelu(Params p, State s, Tensor x, Activation skip, Phase phase) =>
        Forward(p.Scale, p.Shift, s, x, phase, skip, relu: true);

    /// <summary>Batch norm with a scale [channels], and optionally a shift [channels], a skip of x's shape and a ReLU.</summary>
    internal static (Activation Y, State Next) Forward(
        Tensor scale,
        Tensor? shift,
        State s,
        Tensor x,
        Phase phase,
        Activation? skip = null,
        bool relu = false
    ) =>
        Kernels.Supports(x) && scale.dtype == float32
            ? Fused(scale, shift, s, x, phase, skip, relu)
            : Composed(scale, shift, s, x, phase, skip, relu);

    private static (Activation Y, State Next) Fused(
        Tensor scale,
        Tensor? shift,
        State s,
        Tensor x,
        Phase phase,
        Activation? skip,
        bool relu
    )
    {
        var norm = new NormFunction.Norm
        {
            RunningMean = s.Mean,
            RunningVariance = s.Variance,
            Phase = phase,
            Epsilon = Epsilon,
            Momentum = Momentum,
            Relu = relu,
            Skip = skip,
        };
        var y = NormFunction.Apply(norm, x, scale, shift);
        var source = norm.IsRecorded && skip is null ? new Normalized(x, norm.Scale!, norm.Shift!, relu) : null;
        return (new(y, source, norm.Sum), norm.NextMean is { } mean && norm.NextVariance is { } variance ? new(mean, variance) : s);
    }

    private static (Activation Y, State Next) Composed(
        Tensor scale,
        Tensor? shift,
        State s,
        Tensor x,
        Phase phase,
        Activation? skip,
        bool relu
    )
    {
        var (y, next) = Normalized(scale, shift, s, x, phase);
        var sum = skip is null ? y : y + skip.Value;
        return (relu ? sum.relu_() : sum, next);
    }

    private static (Tensor Y, State Next) Normalized(Tensor scale, Tensor? shift, State s, Tensor x, Phase phase)
    {
        if (phase == Phase.Infer)
        {
            return (nn.functional.batch_norm(x, s.Mean, s.Variance, scale, shift, training: false, momentum: 0, eps: Epsilon), s);
        }

        if (Ranks.Current is { Size: > 1 } ranks)
        {
            return NormalizedOverRanks(ranks, scale, shift, s, x, phase);
        }

        // With momentum 1 the operator stores the batch's mean and unbiased variance in these buffers, which saves a second pass over x.
        var (mean, variance) = (zeros_like(s.Mean), ones_like(s.Variance));
        var y = nn.functional.batch_norm(x, mean, variance, scale, shift, training: true, momentum: 1, eps: Epsilon);

        var count = x.numel() / x.size(1);
        return (y, Next(s, mean, variance, kept: phase == Phase.TrainUnbiased ? 1 : (count - 1.0) / count));
    }

    // In float32, or in float64 if x is.
    private static (Tensor Y, State Next) NormalizedOverRanks(IRanks ranks, Tensor scale, Tensor? shift, State s, Tensor x, Phase phase)
    {
        long[] others = x.dim() == 4 ? [0, 2, 3] : [0];
        Tensor Spread(Tensor channels) => x.dim() == 4 ? channels.view(1, -1, 1, 1) : channels;
        var values = x.to(scale.dtype);
        var mean = MeanFunction.Apply(values.mean(others));
        var centred = values - Spread(mean);
        var variance = MeanFunction.Apply(centred.square().mean(others));
        var y = centred * Spread(scale * (variance + Epsilon).rsqrt());
        var count = ranks.Size * x.numel() / x.size(1);
        var next = Next(s, mean.detach(), variance.detach(), kept: phase == Phase.TrainUnbiased ? count / (count - 1.0) : 1);
        return ((shift is null ? y : y + Spread(shift)).to(x.dtype), next);
    }

    // The running statistics a tenth of the way to the batch's, whose variance is multiplied by `kept`. Not in place, because the backward
    // pass may use these tensors.
    private static State Next(State s, Tensor mean, Tensor variance, double kept)
    {
        using var scope = no_grad();
        return new(
            mean.mul(Momentum).add_(s.Mean, alpha: 1 - Momentum),
            variance.mul(Momentum * kept).add_(s.Variance, alpha: 1 - Momentum)
        );
    }
}
