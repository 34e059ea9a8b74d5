using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// A batch that goes through the network part by part: views of the same images go together, as they go through one batch norm in a whole
/// batch. A part's rows are its images' first views, then their second ones; the whole batch's rows are all first views, then all second
/// ones. Parts are made when they are asked for, so that only the views themselves lie in memory.
/// </summary>
/// <param name="Views">Each [N, C, H, W] as the network takes it: one view of each image, in the same order.</param>
/// <param name="Images">Images of a part, a divisor of N.</param>
public sealed record Microbatches(IReadOnlyList<Tensor> Views, int Images)
{
    /// <summary>Number of parts.</summary>
    public int Count => (int)(Views[0].size(0) / Images);

    /// <summary>Part <paramref name="i"/>: [views · images, C, H, W].</summary>
    public Tensor Part(int i) => Aten.ChannelsLast(cat([.. Views.Select(view => view.narrow(0, i * Images, Images))]));

    /// <summary>What part <paramref name="i"/> has of the whole batch's rows [views · N, …].</summary>
    public Tensor RowsOf(int i, Tensor whole) => cat([.. whole.chunk(Views.Count).Select(rows => rows.narrow(0, i * Images, Images))]);

    /// <summary>The whole batch's rows, of each part's [views · images, …].</summary>
    public Tensor Join(IReadOnlyList<Tensor> parts)
    {
        var split = parts.Select(part => part.chunk(Views.Count)).ToList();
        return cat([.. Enumerable.Range(0, Views.Count).SelectMany(view => split.Select(rows => rows[view]))]);
    }

    /// <summary>
    /// What <paramref name="forward"/> makes of each part, without gradient and each in a scope of its own: the outputs, in the whole batch's
    /// order, and the next statistics. A part's batch norms normalise with that part; the next statistics are the mean of what the parts make
    /// of those before, so that a step moves them once, however many parts it has.
    /// </summary>
    public (IReadOnlyList<Tensor> Outputs, TState Next) Run<TState>(Func<Tensor, (IReadOnlyList<Tensor> Outputs, TState Next)> forward)
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
