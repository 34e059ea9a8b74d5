using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>What optimizers share: the walk over three trees of one shape, and decay.</summary>
internal static class LeafUpdate
{
    /// <summary>What LARS decays.</summary>
    public static bool Kernels(LeafRole role) => role is LeafRole.Kernel or LeafRole.ClassifierKernel;

    /// <summary>What the reference decays under its other optimizers, biases included.</summary>
    public static bool AllButNormalizations(LeafRole role) => role is LeafRole.Kernel or LeafRole.ClassifierKernel or LeafRole.Bias;

    /// <summary>
    /// Calls <paramref name="update"/> with each leaf's index, weight, gradient with decay added (g + weightDecay · w where
    /// <paramref name="decayed"/> says so) and velocity, without recording gradients. A leaf whose gradient is empty is frozen and left out.
    /// </summary>
    public static void Each<TParams>(
        TParams parameters,
        TParams gradients,
        TParams velocity,
        double weightDecay,
        Func<LeafRole, bool> decayed,
        Action<int, Leaf, Tensor, Tensor> update
    )
        where TParams : class, ITree<TParams>
    {
        using var scope = no_grad();
        var (weights, gs, vs) = (parameters.Leaves(), gradients.Leaves(), velocity.Leaves());
        for (var i = 0; i < weights.Count; i++)
        {
            var g = gs[i].Value;
            if (g.numel() == 0)
            {
                continue;
            }

            var decays = weightDecay > 0 && decayed(weights[i].Role);
            update(i, weights[i], decays ? g.add(weights[i].Value, alpha: weightDecay) : g, vs[i].Value);
        }
    }
}
