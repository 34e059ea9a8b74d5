using SimClrDsl.Runtime.Distributed;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>The mean of a tensor over all ranks, with its gradient: the mean of the gradients.</summary>
internal sealed class MeanFunction : KernelFunction<MeanFunction, IRanks>
{
    /// <summary>The mean over all ranks of tensors of the same shape; the tensor itself where there is one rank.</summary>
    public static Tensor Apply(Tensor values) => Ranks.Current is { Size: > 1 } ranks ? Run(ranks, values)[0] : values;

    protected override List<Tensor> Forward(IRanks ranks, Tensor?[] arguments, Action<List<Tensor?>>? keep)
    {
        keep?.Invoke([]);
        return [Mean(ranks, arguments[0]!.detach(), "batch-norm statistics")];
    }

    protected override Tensor?[] Backward(IRanks ranks, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> kept) =>
        [Mean(ranks, gradients[0]!, "gradient of batch-norm statistics")];

    private static Tensor Mean(IRanks ranks, Tensor values, string what)
    {
        var sum = values.contiguous().clone();
        ranks.Sum(sum, what);
        return sum.div_(ranks.Size);
    }
}
