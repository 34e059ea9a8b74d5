using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Optim;

/// <summary>Adam (Kingma and Ba, 2015), and AdamW with decoupled weight decay (Loshchilov and Hutter, 2019).</summary>
public static class Adam
{
    /// <summary>
    /// Updates every parameter: m ← beta1 · m + (1 − beta1) · g, v ← beta2 · v + (1 − beta2) · g², and
    /// w ← w − rate · m̂ / (√v̂ + epsilon), with m̂ = m / (1 − beta1^(step+1)) and v̂ = v / (1 − beta2^(step+1)). All parameters except
    /// those of batch norms have weight decay: g ← g + weightDecay · w before the update or, if it is decoupled, w ← w − rate · weightDecay
    /// · w. Writes into the buffers of <paramref name="parameters"/>, <paramref name="first"/> and <paramref name="second"/>, which the
    /// caller owns.
    /// </summary>
    /// <param name="parameters">w.</param>
    /// <param name="gradients">g.</param>
    /// <param name="first">m, the moving average of the gradients.</param>
    /// <param name="second">v, the moving average of their squares.</param>
    /// <param name="rate">Learning rate of this step.</param>
    /// <param name="step">Number of steps before this one.</param>
    /// <param name="beta1">Decay of m.</param>
    /// <param name="beta2">Decay of v.</param>
    /// <param name="epsilon">Added to √v̂.</param>
    /// <param name="weightDecay">Coefficient of weight decay; 0 for none.</param>
    /// <param name="decay">How weight decay is applied.</param>
    /// <returns>The updated trees, in the same buffers.</returns>
    public static (TParams Params, TParams First, TParams Second) Update<TParams>(
        TParams parameters,
        Gradients<TParams> gradients,
        TParams first,
        TParams second,
        double rate,
        int step,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        DecayForm decay = DecayForm.Coupled
    )
        where TParams : class, ITree<TParams>
    {
        var (bias1, bias2) = (1 - Math.Pow(beta1, step + 1), 1 - Math.Pow(beta2, step + 1));
        LeafUpdate.Each(
            "Adam",
            parameters,
            gradients,
            [first, second],
            decay == DecayForm.Coupled ? weightDecay : 0,
            LeafUpdate.DecaysInSgdAndAdam,
            (leaf, g, states) =>
            {
                var (w, m, v) = (leaf.Value, states[0], states[1]);
                if (decay == DecayForm.Decoupled && LeafUpdate.DecaysInSgdAndAdam(leaf.Role))
                {
                    w.mul_(1 - (rate * weightDecay));
                }

                m.mul_(beta1).add_(g, alpha: 1 - beta1);
                v.mul_(beta2).addcmul_(g, g, value: 1 - beta2);
                w.addcdiv_(m, v.sqrt().div_(Math.Sqrt(bias2)).add_(epsilon), value: -rate / bias1);
            }
        );
        return (parameters, first, second);
    }
}

/// <summary>How Adam applies weight decay.</summary>
public enum DecayForm
{
    /// <summary>Added to the gradient (L2 regularisation), so that it is scaled like the rest of the gradient.</summary>
    Coupled,

    /// <summary>Subtracted from the weight directly (AdamW).</summary>
    Decoupled,
}
