using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Optim;

/// <summary>Stochastic gradient descent with momentum, the learning rate outside the momentum.</summary>
public static class Sgd
{
    /// <summary>
    /// One update of every leaf: g ← g + weightDecay · w for all but normalisations (the reference decays biases here); v ← momentum · v + g;
    /// w ← w − rate · direction, which is v in the classic form and g + momentum · v in Nesterov's. Writes into the buffers of
    /// <paramref name="parameters"/> and <paramref name="velocity"/>, which the caller owns.
    /// </summary>
    public static (TParams Params, TParams Velocity) Update<TParams>(
        TParams parameters,
        TParams gradients,
        TParams velocity,
        double rate,
        double momentum,
        MomentumForm form,
        double weightDecay
    )
        where TParams : class, ITree<TParams>
    {
        using var span = Spans.Of(StepPhase.Optimizer, "SGD");
        LeafUpdate.Each(
            parameters,
            gradients,
            [velocity],
            weightDecay,
            (_, w, g, states) =>
            {
                var v = states[0];
                v.mul_(momentum).add_(g);
                w.add_(form == MomentumForm.Nesterov ? g.add(v, alpha: momentum) : v, alpha: -rate);
            }
        );
        return (parameters, velocity);
    }
}

/// <summary>How momentum enters a step.</summary>
public enum MomentumForm
{
    /// <summary>The step follows the velocity.</summary>
    Classic,

    /// <summary>The step looks ahead by one more momentum.</summary>
    Nesterov,
}
