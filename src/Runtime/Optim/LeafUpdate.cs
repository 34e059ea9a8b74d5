using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Optim;

/// <summary>What optimizers share: the walk over three trees of one shape, and decay.</summary>
internal static class LeafUpdate
{
    /// <summary>What LARS decays.</summary>
    public static bool Kernels(LeafRole role) => role is LeafRole.Kernel or LeafRole.ClassifierKernel;

    /// <summary>What the reference decays under its other optimizers, biases included.</summary>
    private static bool AllButNormalizations(LeafRole role) => role is LeafRole.Kernel or LeafRole.ClassifierKernel or LeafRole.Bias;

    /// <summary>
    /// Calls <paramref name="update"/> with each weight, its role, its gradient with decay added (g + weightDecay · w for kernels) and its
    /// velocity, without recording gradients. A leaf whose gradient is empty is frozen and left out.
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
            var decays = weightDecay > 0 && Kernels(leaf.Role);
            update(leaf, decays ? g.add(leaf.Value, alpha: weightDecay) : g, vs[i].Value);
        }
    }

    /// <summary>
    /// Calls <paramref name="update"/> with whether a leaf is decayed, which all but normalisations are, its weight, its gradient with decay
    /// added (g + weightDecay · w) and its tensor of each of <paramref name="states"/>, without recording gradients. Frozen leaves are left out.
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
            var decayed = AllButNormalizations(weights[i].Role);
            var whole = decayed && weightDecay > 0 ? g.add(w, alpha: weightDecay) : g;
            update(decayed, w, whole, [.. kept.Select(leaves => leaves[i].Value)]);
        }
    }

    private static IEnumerable<int> Trained(IReadOnlyList<Leaf> gradients) =>
        Enumerable.Range(0, gradients.Count).Where(i => gradients[i].Value.numel() > 0);
}
