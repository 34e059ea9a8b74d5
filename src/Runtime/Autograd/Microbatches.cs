using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// A batch that passes through the network in parts. All views of an image are in the same part, so that they share a batch norm as they do
/// in a whole batch. The rows of a part are the first views of its images, then their second views; the rows of the whole batch are the
/// first views of all images, then all second views. A part is concatenated only when it is needed, to save memory. Several ranks share
/// each part evenly.
/// </summary>
/// <param name="Views">One tensor [N, C, H, W] per view, with the images in the same order, ready for the network.</param>
/// <param name="Images">Number of images in a part, on all ranks together.</param>
public sealed record Microbatches(IReadOnlyList<Tensor> Views, int Images)
{
    // Images of a part on this rank, a divisor of N.
    private int OwnImages { get; } = Ranks.Current.Share().Of(Images);

    /// <summary>Number of parts.</summary>
    internal int Count => (int)(Views[0].size(0) / OwnImages);

    /// <summary>Part <paramref name="i"/>: [views · images, C, H, W].</summary>
    internal Tensor Part(int i) => Aten.ChannelsLast(cat([.. Views.Select(view => view.narrow(0, i * OwnImages, OwnImages))]));

    /// <summary>The rows of part <paramref name="i"/> in a tensor of the whole batch [views · N, …].</summary>
    internal Tensor RowsOf(int i, Tensor whole) =>
        cat([.. whole.chunk(Views.Count).Select(rows => rows.narrow(0, i * OwnImages, OwnImages))]);

    /// <summary>
    /// Joins tensors of the parts, each [views · images, …], into one of the whole batch [views · N, …], in its row order.
    /// </summary>
    internal Tensor Join(IReadOnlyList<Tensor> parts)
    {
        var split = parts.Select(part => part.chunk(Views.Count)).ToList();
        return cat([.. Enumerable.Range(0, Views.Count).SelectMany(view => split.Select(rows => rows[view]))]);
    }

    /// <summary>
    /// Applies <paramref name="forward"/> to each part, without gradient and each in its own dispose scope. The outputs are returned in the
    /// row order of the whole batch. The batch norms of a part normalise with that part only. The next statistics are the mean over the
    /// parts, each of which starts from the statistics before the step, so a step updates them once, however many parts it has.
    /// </summary>
    /// <param name="forward">Computes the outputs of a part, each [views · images, …], and its next statistics.</param>
    internal (IReadOnlyList<Tensor> Outputs, TState Next) Run<TState>(Func<Tensor, (IReadOnlyList<Tensor> Outputs, TState Next)> forward)
        where TState : class, ITree<TState>
    {
        using var off = no_grad();
        var parts = Enumerable.Range(0, Count).Select(i => Run(forward, i)).ToList();
        var outputs = Enumerable.Range(0, parts[0].Outputs.Count).Select(output => Join([.. parts.Select(part => part.Outputs[output])]));
        return ([.. outputs], Tree.Mean([.. parts.Select(static part => part.Next)]));
    }

    private (IReadOnlyList<Tensor> Outputs, TState Next) Run<TState>(
        Func<Tensor, (IReadOnlyList<Tensor> Outputs, TState Next)> forward,
        int i
    )
        where TState : class, ITree<TState>
    {
        using var scope = NewDisposeScope();
        var (outputs, next) = forward(Part(i));
        scope.MoveToOuter(outputs);
        scope.MoveToOuter(next.Leaves().Select(static leaf => leaf.Value));
        return (outputs, next);
    }
}
