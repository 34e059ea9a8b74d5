using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Optim;

/// <summary>SGD with momentum. The learning rate multiplies the velocity, as in PyTorch.</summary>
public static class Sgd
{
    /// <summary>
    /// Updates every parameter: v ← momentum · v + g, and w ← w − rate · v, or w ← w − rate · (g + momentum · v) with Nesterov momentum.
    /// All parameters except those of batch norms have weight decay, g ← g + weightDecay · w; as in the reference code, that includes
    /// biases. Writes into the buffers of <paramref name="parameters"/> and <paramref name="velocity"/>, which the caller owns.
    /// </summary>
    /// <param name="parameters">w.</param>
    /// <param name="gradients">g.</param>
    /// <param name="velocity">v.</param>
    /// <param name="rate">Learning rate of this step.</param>
    /// <param name="momentum">Coefficient of momentum.</param>
    /// <param name="form">Classic or Nesterov momentum.</param>
    /// <param name="weightDecay">Coefficient of weight decay; 0 for none.</param>
    /// <returns>The updated trees, in the same buffers.</returns>
    public static (TParams Params, TParams Velocity) Update<TParams>(
        TParams parameters,
        Gradients<TParams> gradients,
        TParams velocity,
        double rate,
        double momentum,
        MomentumForm form,
        double weightDecay
    )
        where TParams : class, ITree<TParams>
    {
        LeafUpdate.Each(
            "SGD",
            parameters,
            gradients,
            [velocity],
            weightDecay,
            LeafUpdate.DecaysInSgdAndAdam,
            (leaf, g, states) =>
            {
                var (w, v) = (leaf.Value, states[0]);
                v.mul_(momentum).add_(g);
                w.add_(form == MomentumForm.Nesterov ? g.add(v, alpha: momentum) : v, alpha: -rate);
            }
        );
        return (parameters, velocity);
    }
}

/// <summary>The form of momentum.</summary>
public enum MomentumForm
{
    /// <summary>Classic momentum: the step follows the velocity.</summary>
    Classic,

    /// <summary>Nesterov momentum: the step follows the gradient plus momentum times the velocity.</summary>
    Nesterov,
}
