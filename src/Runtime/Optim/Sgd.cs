namespace SimClrDsl.Runtime;

/// <summary>Stochastic gradient descent with momentum, the learning rate outside the momentum.</summary>
public static class Sgd
{
    /// <summary>
    /// One update of every leaf: g ← g + weightDecay · w for all but normalisations (the reference decays biases here); v ← momentum · v + g;
    /// w ← w − rate · direction, which is v in the classic form and g + momentum · v in Nesterov's. Writes into the buffers of
    /// <paramref name="parameters"/> and <paramref name="velocity"/>, which the caller owns; of many leaves at once or of one after the other,
    /// as <paramref name="inLists"/> says, or else as their device likes it.
    /// </summary>
    public static (TParams Params, TParams Velocity) Update<TParams>(
        TParams parameters,
        TParams gradients,
        TParams velocity,
        double rate,
        double momentum,
        MomentumForm form,
        double weightDecay,
        bool? inLists = null
    )
        where TParams : class, ITree<TParams>
    {
        using var span = Profiling.Of(StepPhase.Optimizer, "SGD");
        LeafUpdate.EachList(
            parameters,
            gradients,
            [velocity],
            weightDecay,
            inLists ?? LeafUpdate.InLists(parameters),
            (_, w, g, states) =>
            {
                var v = states[0];
                Capabilities.MulEach_(v, momentum);
                Capabilities.AddEach_(v, g);
                Capabilities.AddEach_(w, form == MomentumForm.Nesterov ? Capabilities.AddEach(g, v, momentum) : v, rate * -1);
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
