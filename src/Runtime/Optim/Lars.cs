using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Optim;

/// <summary>Layer-wise adaptive rate scaling (§3.1), in the reference implementation's form: the learning rate is inside the momentum.</summary>
public static class Lars
{
    /// <summary>
    /// One update of every leaf. Kernels: g ← g + weightDecay · w, and trust · ‖w‖ / ‖g‖ scales the rate (1 where a norm is zero). A
    /// classifier's kernel is decayed but not scaled; normalisations and biases are neither, and all these move at
    /// <paramref name="unadapted"/> times the rate, 1 in the reference. Then d = rate · scale · g, v ← momentum · v + d, and w ← w − v, or
    /// w ← w − (momentum · v + d) in Nesterov's form. Writes into the buffers of <paramref name="parameters"/> and
    /// <paramref name="velocity"/>, which the caller owns.
    /// </summary>
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
        if (UpdateKernels.Take([.. parameters.Leaves().Select(static leaf => leaf.Value)]))
        {
            Together(parameters, gradients, velocity, rate, momentum, trust, weightDecay, form, unadapted);
        }
        else
        {
            OneByOne(parameters, gradients, velocity, rate, momentum, trust, weightDecay, form, unadapted);
        }

        return (parameters, velocity);
    }

    private static void Together<TParams>(
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
        // A leaf whose gradient is empty is frozen.
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
                        Decay: LeafUpdate.Kernels(one.leaf.Role) ? weightDecay : 0,
                        Adapted: adapted ? 1 : 0
                    );
                }),
            ],
            momentum,
            trust,
            form
        );
    }

    /// <summary>The same update with libtorch's operators, one leaf after the other.</summary>
    internal static void OneByOne<TParams>(
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

    // As a tensor: reading the norms as numbers would make the host wait for the device at every leaf.
    private static Tensor TrustRatio(Tensor w, Tensor g, double trust)
    {
        var (weight, gradient) = (w.norm(), g.norm());
        var ratio = weight.div(gradient).mul_(trust);
        return where(weight.gt(0).logical_and(gradient.gt(0)), ratio, ones_like(ratio));
    }
}
