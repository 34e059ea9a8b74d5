using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>Layer-wise adaptive rate scaling (§3.1), in the reference implementation's form: the learning rate is inside the momentum.</summary>
public static class Lars
{
    /// <summary>
    /// One update of every leaf. Kernels: g ← g + weightDecay · w, and trust · ‖w‖ / ‖g‖ scales the rate (1 where a norm is zero). A
    /// classifier's kernel is decayed but not scaled; normalisations and biases are neither. Then v ← momentum · v + rate · scale · g and
    /// w ← w − v. Writes into the buffers of <paramref name="parameters"/> and <paramref name="velocity"/>, which the caller owns.
    /// </summary>
    public static (TParams Params, TParams Velocity) Update<TParams>(
        TParams parameters,
        TParams gradients,
        TParams velocity,
        double rate,
        double momentum,
        double trust,
        double weightDecay
    )
        where TParams : class, ITree<TParams>
    {
        LeafUpdate.Each(
            parameters,
            gradients,
            velocity,
            weightDecay,
            (leaf, g, v) =>
            {
                var scaled = leaf.Role == LeafRole.Kernel ? g * TrustRatio(leaf.Value, g, trust) : g;
                v.mul_(momentum).add_(scaled, alpha: rate);
                leaf.Value.sub_(v);
            }
        );
        return (parameters, velocity);
    }

    // As a tensor: reading the norms as numbers would make the host wait for the device at every leaf.
    private static Tensor TrustRatio(Tensor w, Tensor g, double trust)
    {
        var (weight, gradient) = (w.norm(), g.norm());
        var ratio = weight.div(gradient).mul_(trust);
        return where(weight.gt(0).logical_and(gradient.gt(0)), ratio, ones_like(ratio));
    }
}
