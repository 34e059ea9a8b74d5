using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Optim;

/// <summary>Code that the optimizers share: walking over parameters, gradients and optimizer states together, and weight decay.</summary>
internal static class LeafUpdate
{
    /// <summary>Whether LARS applies weight decay to tensors of this role.</summary>
    public static bool IsKernel(LeafRole role) => role is LeafRole.Kernel or LeafRole.ClassifierKernel;

    /// <summary>Whether SGD and Adam apply weight decay to tensors of this role. Like the reference code, they decay biases too.</summary>
    private static bool HasWeightDecay(LeafRole role) => role is LeafRole.Kernel or LeafRole.ClassifierKernel or LeafRole.Bias;

    /// <summary>
    /// Calls <paramref name="update"/> for each parameter that is not frozen, without recording gradients, with the parameter, its gradient
    /// (g + weightDecay · w for kernels, else g) and its velocity. An empty gradient marks a frozen parameter.
    /// </summary>
    public static void Each<TParams>(
        TParams parameters,
        TParams gradients,
        TParams velocity,
        double weightDecay,
        Action<Leaf, Tensor, Tensor> update
    )
        where TParams : class, ITree<TParams>
    {
        using var scope = no_grad();
        var (weights, gs, vs) = (parameters.Leaves(), gradients.Leaves(), velocity.Leaves());
        foreach (var i in Trained(gs))
        {
            var (leaf, g) = (weights[i], gs[i].Value);
            var decays = weightDecay > 0 && IsKernel(leaf.Role);
            update(leaf, decays ? g.add(leaf.Value, alpha: weightDecay) : g, vs[i].Value);
        }
    }

    /// <summary>
    /// Calls <paramref name="update"/> for each parameter that is not frozen, without recording gradients. The arguments are whether the
    /// parameter has weight decay (all but those of batch norms do), the parameter, its gradient (with weightDecay · w added if it has
    /// weight decay), and its tensor from each of <paramref name="states"/>.
    /// </summary>
    public static void Each<TParams>(
        TParams parameters,
        TParams gradients,
        TParams[] states,
        double weightDecay,
        Action<bool, Tensor, Tensor, Tensor[]> update
    )
        where TParams : class, ITree<TParams>
    {
        using var scope = no_grad();
        var (weights, gs) = (parameters.Leaves(), gradients.Leaves());
        var kept = states.Select(static state => state.Leaves()).ToArray();
        foreach (var i in Trained(gs))
        {
            var (w, g) = (weights[i].Value, gs[i].Value);
            var decayed = HasWeightDecay(weights[i].Role);
            var whole = decayed && weightDecay > 0 ? g.add(w, alpha: weightDecay) : g;
            update(decayed, w, whole, [.. kept.Select(leaves => leaves[i].Value)]);
        }
    }

    private static IEnumerable<int> Trained(IReadOnlyList<Leaf> gradients) =>
        Enumerable.Range(0, gradients.Count).Where(i => gradients[i].Value.numel() > 0);
}
