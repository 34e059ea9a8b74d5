using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Optim;

/// <summary>Adam (Kingma and Ba, 2015), with decay within the gradient, or beside it (AdamW).</summary>
public static class Adam
{
    /// <summary>
    /// One update of every leaf after <paramref name="step"/> earlier ones: m ← beta1 · m + (1 − beta1) · g, v ← beta2 · v + (1 − beta2) · g²,
    /// w ← w − rate · m̂ / (√v̂ + epsilon), with m̂ = m / (1 − beta1^(step+1)) and v̂ likewise. Decay of all but normalisations:
    /// g ← g + weightDecay · w, or w ← w − rate · weightDecay · w first where it is decoupled. Writes into the buffers of
    /// <paramref name="parameters"/>, <paramref name="first"/> and <paramref name="second"/>, which the caller owns.
    /// </summary>
    public static (TParams Params, TParams First, TParams Second) Update<TParams>(
        TParams parameters,
        TParams gradients,
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
        using var span = Spans.Of(StepPhase.Optimizer, "Adam");
        var (bias1, bias2) = (1 - Math.Pow(beta1, step + 1), 1 - Math.Pow(beta2, step + 1));
        LeafUpdate.Each(
            parameters,
            gradients,
            [first, second],
            decay == DecayForm.Coupled ? weightDecay : 0,
            (decayed, w, g, states) =>
            {
                if (decay == DecayForm.Decoupled && decayed)
                {
                    w.mul_(1 - (rate * weightDecay));
                }

                var (m, v) = (states[0], states[1]);
                m.mul_(beta1).add_(g, alpha: 1 - beta1);
                v.mul_(beta2).addcmul_(g, g, value: 1 - beta2);
                w.addcdiv_(m, v.sqrt().div_(Math.Sqrt(bias2)).add_(epsilon), value: -rate / bias1);
            }
        );
        return (parameters, first, second);
    }
}

/// <summary>How weight decay enters Adam.</summary>
public enum DecayForm
{
    /// <summary>As a part of the gradient, scaled as the rest of it.</summary>
    Coupled,

    /// <summary>As a shrinking of the weight beside the gradient's step.</summary>
    Decoupled,
}
