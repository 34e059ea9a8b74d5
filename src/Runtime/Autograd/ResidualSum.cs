using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// The output of a residual block, max(scale · x + shift + skip, 0), as something that the backward pass can compute again: from the input
/// x of the block's last batch norm, which is in memory anyway, and from the skip connection, which is such an output itself or comes from
/// another batch norm. When the next block has read the output, it is freed (<see cref="Forget"/>). The backward pass computes it once,
/// and uses it wherever it is needed.
/// </summary>
public sealed class ResidualSum : IDisposable
{
    // An output that would be computed from so many others is kept. The backward pass computes all of them at about the same time, and the
    // memory for that should not grow with the number of blocks.
    private const int LongestChain = 4;

    private readonly List<Tensor> owned = [];
    private readonly Func<Tensor> skip;
    private readonly int length;
    private bool isComputedAgain;
    private Tensor? value;
    private Tensor? skipGradient;

    private ResidualSum(Tensor raw, Tensor scale, Tensor shift, Activation skip, Tensor value)
    {
        (Raw, Scale, Shift, this.value) = (Own(raw), Own(scale), Own(shift), value.detach().DetachFromDisposeScope());
        length = 1 + (skip.Sum?.length ?? 0);
        this.skip = SkipOf(skip);
    }

    /// <summary>x, the input of the batch norm; of the output's shape and type.</summary>
    internal Tensor Raw { get; }

    private Tensor Scale { get; }

    private Tensor Shift { get; }

    /// <summary>The output; computed again if it is not in memory.</summary>
    internal Tensor Value => value ??= Again();

    /// <summary>An output that can be computed again; null for one that must be kept.</summary>
    internal static ResidualSum? Of(Tensor raw, Tensor scale, Tensor shift, Activation skip, Tensor value) =>
        skip.Sum?.length == LongestChain ? null : new(raw, scale, shift, skip, value);

    /// <summary>
    /// Whether a convolution that reads the output adds the gradient of a skip connection (<see cref="Leave"/>) to its own gradient. Adding
    /// them while the convolution writes its own takes less time and memory than libtorch's sum of the two.
    /// </summary>
    internal bool IsAddedTo { get; set; }

    /// <summary>Whether a gradient was left that nobody has taken yet.</summary>
    internal bool HasSkipGradient => skipGradient is not null;

    /// <summary>
    /// Leaves the output's gradient by a skip connection, or by another convolution, to the convolution that adds it to its own.
    /// </summary>
    internal void Leave(Tensor gradient) =>
        skipGradient = skipGradient is null ? gradient.DetachFromDisposeScope() : skipGradient.add_(gradient);

    /// <summary>Takes what was left: a tensor that is the caller's to write to.</summary>
    internal Tensor? TakeSkipGradient()
    {
        var taken = skipGradient;
        skipGradient = null;
        return taken;
    }

    /// <summary>Takes the output if it was computed again: a tensor that is the caller's to write to, because nobody else has it.</summary>
    internal Tensor? TakeValue()
    {
        if (!isComputedAgain)
        {
            return null;
        }

        var taken = value;
        value = null;
        return taken;
    }

    /// <summary>Frees the output. It will be computed again where it is needed.</summary>
    internal void Forget()
    {
        value?.Dispose();
        value = null;
    }

    /// <summary>Frees the output, and what it is computed from as far as nothing else uses that.</summary>
    public void Dispose()
    {
        Forget();
        skipGradient?.Dispose();
        owned.ForEach(static tensor => tensor.Dispose());
    }

    private Tensor Again()
    {
        isComputedAgain = true;
        using var scope = NewDisposeScope();
        return NormFunction.Again(Raw, Scale, Shift, skip(), relu: true).DetachFromDisposeScope();
    }

    private Func<Tensor> SkipOf(Activation activation)
    {
        if (activation.Sum is { } before)
        {
            return () => before.Value;
        }

        if (activation.Source is { } source)
        {
            var (raw, scale, shift) = (Own(source.Raw), Own(source.Scale), Own(source.Shift));
            return () => NormFunction.Again(raw, scale, shift, skip: null, source.Relu);
        }

        var kept = Own(activation.Value);
        return () => kept;
    }

    // Another tensor of the same memory, which lives as long as this object.
    private Tensor Own(Tensor tensor)
    {
        var own = tensor.detach().DetachFromDisposeScope();
        owned.Add(own);
        return own;
    }
}
