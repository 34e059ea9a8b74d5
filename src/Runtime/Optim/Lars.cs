using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Optim;

/// <summary>
/// LARS, layer-wise adaptive rate scaling (§3.1; You et al., 2017), in the form of the reference code, which multiplies the gradient by the
/// learning rate before it enters the momentum.
/// </summary>
public static class Lars
{
    /// <summary>
    /// Updates every parameter: d = rate · scale · g, v ← momentum · v + d, and w ← w − v, or w ← w − (momentum · v + d) with Nesterov
    /// momentum. Kernels have weight decay, g ← g + weightDecay · w, and scale = trust · ‖w‖ / ‖g‖, or 1 if a norm is zero. The kernel of a
    /// classifier has weight decay but no adapted rate; batch norms and biases have neither. Without an adapted rate, scale = <paramref
    /// name="unadapted"/>. Writes into the buffers of <paramref name="parameters"/> and <paramref name="velocity"/>, which the caller owns.
    /// </summary>
    /// <param name="parameters">w.</param>
    /// <param name="gradients">g; an empty tensor marks a frozen parameter.</param>
    /// <param name="velocity">v.</param>
    /// <param name="rate">Learning rate of this step.</param>
    /// <param name="momentum">Coefficient of momentum.</param>
    /// <param name="trust">Trust coefficient; 0.001 in the reference code.</param>
    /// <param name="weightDecay">Coefficient of weight decay; 0 for none.</param>
    /// <param name="form">Classic or Nesterov momentum.</param>
    /// <param name="unadapted">Factor on the rate of parameters whose rate is not adapted; 1 in the reference code.</param>
    /// <returns>The updated trees, in the same buffers.</returns>
    public static (TParams Params, TParams Velocity) Update<TParams>(
        TParams parameters,
        TParams gradients,
        TParams velocity,
        double rate,
        double momentum,
        double trust,
        double weightDecay,
        MomentumForm form = MomentumForm.Classic,
        double unadapted = 1
    )
        where TParams : class, ITree<TParams>
    {
        using var span = Spans.Of(StepPhase.Optimizer, "LARS");
        if (UpdateKernels.Supports([.. parameters.Leaves().Select(static leaf => leaf.Value)]))
        {
            WithKernels(parameters, gradients, velocity, rate, momentum, trust, weightDecay, form, unadapted);
        }
        else
        {
            WithOperators(parameters, gradients, velocity, rate, momentum, trust, weightDecay, form, unadapted);
        }

        return (parameters, velocity);
    }

    private static void WithKernels<TParams>(
        TParams parameters,
        TParams gradients,
        TParams velocity,
        double rate,
        double momentum,
        double trust,
        double weightDecay,
        MomentumForm form,
        double unadapted
    )
        where TParams : class, ITree<TParams>
    {
        // An empty gradient marks a frozen parameter.
        var (gs, vs) = (gradients.Leaves(), velocity.Leaves());
        var trained = parameters.Leaves().Select(static (leaf, i) => (leaf, i)).Where(one => gs[one.i].Value.numel() > 0).ToList();
        UpdateKernels.Lars(
            [.. trained.Select(static one => one.leaf.Value)],
            [.. trained.Select(one => gs[one.i].Value)],
            [.. trained.Select(one => vs[one.i].Value)],
            [
                .. trained.Select(one =>
                {
                    var adapted = one.leaf.Role == LeafRole.Kernel;
                    return new LarsLeaf(
                        Rate: rate * (adapted ? 1 : unadapted),
                        Decay: LeafUpdate.IsKernel(one.leaf.Role) ? weightDecay : 0,
                        Adapted: adapted ? 1 : 0
                    );
                }),
            ],
            momentum,
            trust,
            form
        );
    }

    /// <summary>The same update with libtorch's operators, for tensors that the native kernels do not support.</summary>
    internal static void WithOperators<TParams>(
        TParams parameters,
        TParams gradients,
        TParams velocity,
        double rate,
        double momentum,
        double trust,
        double weightDecay,
        MomentumForm form,
        double unadapted
    )
        where TParams : class, ITree<TParams> =>
        LeafUpdate.Each(
            parameters,
            gradients,
            velocity,
            weightDecay,
            (leaf, g, v) =>
            {
                var adapted = leaf.Role == LeafRole.Kernel;
                var scaled = adapted ? g * TrustRatio(leaf.Value, g, trust) : g;
                var leafRate = adapted ? rate : rate * unadapted;
                v.mul_(momentum).add_(scaled, alpha: leafRate);
                leaf.Value.add_(v, alpha: form == MomentumForm.Nesterov ? -momentum : -1);
                if (form == MomentumForm.Nesterov)
                {
                    leaf.Value.add_(scaled, alpha: -leafRate);
                }
            }
        );

    // The ratio stays a tensor, because reading the norms as numbers would make the host wait for the device at every parameter.
    private static Tensor TrustRatio(Tensor w, Tensor g, double trust)
    {
        var (weight, gradient) = (w.norm(), g.norm());
        var ratio = weight.div(gradient).mul_(trust);
        return where(weight.gt(0).logical_and(gradient.gt(0)), ratio, ones_like(ratio));
    }
}
