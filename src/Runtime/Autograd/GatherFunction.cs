using SimClrDsl.Runtime.Distributed;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// Gathers the rows of all ranks, with a gradient. Every rank has its own loss, and the loss of the whole batch is their mean; the gradient
/// averaged over the ranks in the end is that of the whole batch if the gradient of a gathered row is summed over all ranks' losses here.
/// </summary>
internal sealed class GatherFunction : KernelFunction<GatherFunction, IRanks>
{
    /// <summary>The rows of the whole batch, of which this rank has its <see cref="Tensors.Share"/>.</summary>
    /// <param name="rows">[n, …] on each rank.</param>
    /// <returns>[ranks · n, …] in the order of the whole batch: row i of rank r is row i · ranks + r. The same on all ranks.</returns>
    public static Tensor Apply(Tensor rows) => Ranks.Current is { Size: > 1 } ranks ? Run(ranks, rows)[0] : rows;

    protected override List<Tensor> Forward(IRanks ranks, Tensor?[] arguments, Action<List<Tensor?>>? keep)
    {
        keep?.Invoke([]);
        return [ranks.Gather(arguments[0]!.detach().contiguous(), "rows of all ranks").transpose(0, 1).flatten(0, 1)];
    }

    protected override Tensor?[] Backward(IRanks ranks, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> kept)
    {
        var whole = gradients[0]!.contiguous().clone();
        ranks.Sum(whole, "gradient of gathered rows");
        var own = whole.unflatten(0, [whole.size(0) / ranks.Size, ranks.Size]).select(1, ranks.Rank);
        return [own.contiguous()];
    }
}
