using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>What optimizers share: the walk over three trees of one shape, and decay.</summary>
internal static class LeafUpdate
{
    /// <summary>What LARS decays.</summary>
    public static bool Kernels(LeafRole role) => role is LeafRole.Kernel or LeafRole.ClassifierKernel;

    /// <summary>What the reference decays under its other optimizers, biases included.</summary>
    private static bool AllButNormalizations(LeafRole role) => role is LeafRole.Kernel or LeafRole.ClassifierKernel or LeafRole.Bias;

    /// <summary>Whether <see cref="EachList"/> should take many leaves at once.</summary>
    public static bool InLists<TParams>(TParams parameters)
        where TParams : class, ITree<TParams> => Capabilities.UpdatesInLists([.. parameters.Leaves().Select(static leaf => leaf.Value)]);

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
    /// Calls <paramref name="update"/> with lists of weights, of their gradients with decay added (g + weightDecay · w for all but
    /// normalisations) and of the tensors of each of <paramref name="states"/>, and with whether these leaves are decayed, without recording
    /// gradients. The lists are of one leaf each, or <paramref name="inLists"/> of all that are decayed and of all that are not, as rows.
    /// Frozen leaves are left out.
    /// </summary>
    public static void EachList<TParams>(
        TParams parameters,
        TParams gradients,
        TParams[] states,
        double weightDecay,
        bool inLists,
        Action<bool, Tensor[], Tensor[], Tensor[][]> update
    )
        where TParams : class, ITree<TParams>
    {
        using var scope = no_grad();
        var (weights, gs) = (parameters.Leaves(), gradients.Leaves());
        var kept = states.Select(static state => state.Leaves()).ToArray();
        var lists = inLists
            ? Trained(gs).GroupBy(i => AllButNormalizations(weights[i].Role)).Select(static group => group.ToArray())
            : Trained(gs).Select(static i => new[] { i });
        foreach (var list in lists)
        {
            // Operators over lists are fast only where strides agree, and the gradient of a kernel that was used channels-last lies otherwise.
            Tensor[] Written(IReadOnlyList<Leaf> leaves) => [.. list.Select(i => inLists ? leaves[i].Value.view(-1) : leaves[i].Value)];
            var w = Written(weights);
            Tensor[] g = [.. list.Select(i => inLists ? gs[i].Value.contiguous().view(-1) : gs[i].Value)];
            var decayed = AllButNormalizations(weights[list[0]].Role);
            update(decayed, w, decayed && weightDecay > 0 ? Capabilities.AddEach(g, w, weightDecay) : g, [.. kept.Select(Written)]);
        }
    }

    private static IEnumerable<int> Trained(IReadOnlyList<Leaf> gradients) =>
        Enumerable.Range(0, gradients.Count).Where(i => gradients[i].Value.numel() > 0);
}
