using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>What optimizers share: the walk over three trees of one shape, and decay.</summary>
internal static class LeafUpdate
{
    /// <summary>
    /// Calls <paramref name="update"/> with each weight, its gradient with decay added (kernels only: g + weightDecay · w) and its velocity,
    /// without recording gradients.
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
        for (var i = 0; i < weights.Count; i++)
        {
            update(weights[i], Decayed(weights[i], gs[i].Value, weightDecay), vs[i].Value);
        }
    }

    private static Tensor Decayed(Leaf weight, Tensor gradient, double weightDecay) =>
        weightDecay > 0 && weight.Role is LeafRole.Kernel or LeafRole.ClassifierKernel
            ? gradient.add(weight.Value, alpha: weightDecay)
            : gradient;
}
