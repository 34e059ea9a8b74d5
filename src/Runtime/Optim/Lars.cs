using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Optim;

/// <summary>
/// LARS, layer-wise adaptive rate scaling (§3.1; You et al., 2017), in the form of the reference code, which multiplies the gradient by the
/// learning rate before it enters the momentum.
/// </summary>
public static class Lars
{
    private const string Name = "LARS";

    /// <summary>
    /// Updates every parameter: d = rate · scale · g, v ← momentum · v + d, and w ← w − v, or w ← w − (momentum · v + d) with Nesterov
    /// momentum. Kernels have weight decay, g ← g + weightDecay · w, and scale = trust · ‖w‖ / ‖g‖, or 1 if a norm is zero. The kernel of a
    /// classifier has weight decay but no adapted rate; batch norms and biases have neither. Without an adapted rate, scale = <paramref
    /// name="unadapted"/>. Writes into the buffers of <paramref name="parameters"/> and <paramref name="velocity"/>, which the caller owns.
    /// </summary>
    /// <param name="parameters">w.</param>
    /// <param name="gradients">g.</param>
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
        Gradients<TParams> gradients,
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
        var settings = new LarsSettings(rate, momentum, trust, weightDecay, form, unadapted);
        if (UpdateKernels.Supports([.. parameters.Leaves().Select(static leaf => leaf.Value)]))
        {
            WithKernels(parameters, gradients, velocity, settings);
        }
        else
        {
            WithOperators(parameters, gradients, velocity, settings);
        }

        return (parameters, velocity);
    }

    private static void WithKernels<TParams>(TParams parameters, Gradients<TParams> gradients, TParams velocity, LarsSettings settings)
        where TParams : class, ITree<TParams>
    {
        var (weights, velocities) = (parameters.Leaves(), velocity.Leaves());
        gradients.ForEach(
            Name,
            (positions, found) =>
                UpdateKernels.Lars(
                    [.. positions.Select(i => weights[i].Value)],
                    found,
                    [.. positions.Select(i => velocities[i].Value)],
                    [.. positions.Select(i => settings.Of(weights[i].Role))],
                    settings.Momentum,
                    settings.Trust,
                    settings.Form
                )
        );
    }

    /// <summary>The same update with libtorch's operators, for tensors that the native kernels do not support.</summary>
    internal static void WithOperators<TParams>(TParams parameters, Gradients<TParams> gradients, TParams velocity, LarsSettings settings)
        where TParams : class, ITree<TParams>
    {
        var (momentum, trust, form) = (settings.Momentum, settings.Trust, settings.Form);
        LeafUpdate.Each(
            Name,
            parameters,
            gradients,
            [velocity],
            settings.WeightDecay,
            LeafUpdate.DecaysInLars,
            (leaf, g, states) =>
            {
                var v = states[0];
                var (leafRate, _, adapted) = settings.Of(leaf.Role);
                var scaled = adapted == 1 ? g * TrustRatio(leaf.Value, g, trust) : g;
                v.mul_(momentum).add_(scaled, alpha: leafRate);
                leaf.Value.add_(v, alpha: form == MomentumForm.Nesterov ? -momentum : -1);
                if (form == MomentumForm.Nesterov)
                {
                    leaf.Value.add_(scaled, alpha: -leafRate);
                }
            }
        );
    }

    // The ratio stays a tensor, because reading the norms as numbers would make the host wait for the device at every parameter.
    private static Tensor TrustRatio(Tensor w, Tensor g, double trust)
    {
        var (weight, gradient) = (w.norm(), g.norm());
        var ratio = weight.div(gradient).mul_(trust);
        return where(weight.gt(0).logical_and(gradient.gt(0)), ratio, ones_like(ratio));
    }
}

/// <summary>The settings of an update by LARS, as <see cref="Lars.Update"/> describes them.</summary>
internal readonly record struct LarsSettings(
    double Rate,
    double Momentum,
    double Trust,
    double WeightDecay,
    MomentumForm Form = MomentumForm.Classic,
    double Unadapted = 1
)
{
    /// <summary>The settings for a parameter of a role: only kernels that are no classifier's have an adapted rate.</summary>
    public LarsLeaf Of(LeafRole role)
    {
        var adapted = role == LeafRole.Kernel;
        return new(
            Rate: adapted ? Rate : Rate * Unadapted,
            Decay: LeafUpdate.DecaysInLars(role) ? WeightDecay : 0,
            Adapted: adapted ? 1 : 0
        );
    }
}
