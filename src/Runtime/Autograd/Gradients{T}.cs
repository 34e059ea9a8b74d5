using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// The gradients of a loss with respect to the leaves of a parameter tree. The backward pass that computes them runs when they are used: an
/// optimizer gets each gradient as soon as it is complete, and it is freed after that. So there is never memory for all of them, unless
/// <see cref="All"/> asks for it. A tree of gradients converts to this type.
/// </summary>
/// <typeparam name="TParams">The parameter tree.</typeparam>
public sealed class Gradients<TParams>
    where TParams : class, ITree<TParams>
{
    private readonly TParams tracked;
    private readonly Tensor? output;
    private TParams? all;
    private bool used;

    /// <param name="tracked">The parameters as leaves of the graph that is differentiated; those of frozen parts are none.</param>
    /// <param name="output">The loss, computed from <paramref name="tracked"/>.</param>
    internal Gradients(TParams tracked, Tensor output) => (this.tracked, this.output) = (tracked, output);

    private Gradients(TParams all) => (tracked, this.all) = (all, all);

    /// <summary>The gradients as a tree. The gradient of a frozen leaf is an empty tensor.</summary>
    /// <exception cref="InvalidOperationException">
    /// The loss does not depend on one of the leaves, or the gradients were used before.
    /// </exception>
    public TParams All => all ??= Gradient.Backward(tracked, Pass());

    /// <summary>A tree of gradients that are known already; an empty tensor marks a frozen leaf.</summary>
    public static implicit operator Gradients<TParams>(TParams all) => new(all);

    /// <summary>Calls a function with gradients, several at a time, until it has been given that of every leaf that is not frozen.</summary>
    /// <param name="optimizer">Name of what uses them, for the profile.</param>
    /// <param name="use">
    /// Is given the leaves' positions in the tree and their gradients, which are freed afterwards, as is every tensor that it makes.
    /// </param>
    /// <exception cref="InvalidOperationException">
    /// The loss does not depend on one of the leaves, or the gradients were used before.
    /// </exception>
    internal void ForEach(string optimizer, Action<IReadOnlyList<int>, IReadOnlyList<Tensor>> use)
    {
        void Use(IReadOnlyList<int> positions, IReadOnlyList<Tensor> gradients)
        {
            using var span = Spans.Of(StepPhase.Optimizer, optimizer);
            using var scope = NewDisposeScope();
            using var off = no_grad();
            use(positions, gradients);
        }

        if (all is not null)
        {
            var known = all.Leaves().Select(static leaf => leaf.Value).ToList();
            var trained = Enumerable.Range(0, known.Count).Where(i => known[i].numel() > 0).ToList();
            Use(trained, [.. trained.Select(i => known[i])]);
            return;
        }

        using var backward = Spans.Of(StepPhase.Backward, "backward");
        LeafByLeaf.Run(Pass(), [.. tracked.Leaves().Select(static leaf => leaf.Value)], Use);
    }

    // The graph can be differentiated once, since that frees it.
    private Tensor Pass()
    {
        if (used)
        {
            throw new InvalidOperationException("These gradients were used already: their backward pass runs once.");
        }

        used = true;
        return output!;
    }
}
