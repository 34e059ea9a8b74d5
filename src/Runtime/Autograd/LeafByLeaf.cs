using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// A backward pass that hands over gradients while it goes on. It completes the gradients of leaves more or less from the last leaf of a
/// tree to the first.
/// </summary>
internal sealed class LeafByLeaf
{
    // Gradients are handed over when they are this many values together, because a call of an optimizer for a few values is not worth it.
    private const long FewestValues = 1 << 18;

    // The search for complete gradients ends at so many incomplete ones: those of leaves that were used much earlier are not complete.
    private const int LookAhead = 8;

    private readonly IReadOnlyList<Tensor> leaves;
    private readonly Action<IReadOnlyList<int>, IReadOnlyList<Tensor>> use;
    private readonly LinkedList<int> missing;
    private readonly List<int> positions = [];
    private readonly List<Tensor> complete = [];
    private long values;

    private LeafByLeaf(IReadOnlyList<Tensor> leaves, Action<IReadOnlyList<int>, IReadOnlyList<Tensor>> use)
    {
        (this.leaves, this.use) = (leaves, use);
        missing = new(Enumerable.Range(0, leaves.Count).Where(i => leaves[i].requires_grad).Reverse());
    }

    /// <summary>Runs the backward pass of a loss.</summary>
    /// <param name="loss">A scalar.</param>
    /// <param name="leaves">All leaves; those that require no gradient are passed over.</param>
    /// <param name="use">Is given positions in <paramref name="leaves"/> and the gradients of these, which are freed afterwards.</param>
    /// <exception cref="InvalidOperationException">The loss does not depend on one of the leaves.</exception>
    public static void Run(Tensor loss, IReadOnlyList<Tensor> leaves, Action<IReadOnlyList<int>, IReadOnlyList<Tensor>> use)
    {
        var pass = new LeafByLeaf(leaves, use);
        try
        {
            Backpropagation.Accumulate(loss, back: null, [.. leaves.Where(static leaf => leaf.requires_grad)], pass.Collect);
            pass.Collect(lookAhead: leaves.Count);
            if (pass.missing.Last is { } unused)
            {
                throw Backpropagation.Unused(unused.Value, leaves.Count);
            }

            pass.HandOver();
        }
        finally
        {
            pass.Free();
        }
    }

    private void Collect()
    {
        Collect(LookAhead);
        if (values >= FewestValues)
        {
            HandOver();
        }
    }

    private void Collect(int lookAhead)
    {
        var next = missing.First;
        while (next is { } leaf && lookAhead > 0)
        {
            next = leaf.Next;
            if (leaves[leaf.Value].grad is not { } gradient)
            {
                lookAhead--;
                continue;
            }

            leaves[leaf.Value].grad = null;
            missing.Remove(leaf);
            positions.Add(leaf.Value);
            complete.Add(gradient.DetachFromDisposeScope());
            values += gradient.numel();
        }
    }

    private void HandOver()
    {
        use(positions, complete);
        Free();
    }

    private void Free()
    {
        complete.ForEach(static gradient => gradient.Dispose());
        complete.Clear();
        positions.Clear();
        values = 0;
    }
}
