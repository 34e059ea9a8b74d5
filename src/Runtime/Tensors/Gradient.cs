using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>A loss with whatever else its computation produced.</summary>
/// <param name="Loss">Scalar, float32.</param>
/// <param name="Rest">Next statistics and metrics; carries no gradient.</param>
public readonly record struct LossOf<TRest>(Tensor Loss, TRest Rest);

/// <summary>Differentiation as a function: nothing accumulates in the parameters.</summary>
public static class Gradient
{
    /// <summary>Gradients of <paramref name="loss"/> with respect to every leaf of <paramref name="parameters"/>, and what else it returned.</summary>
    public static (TParams Gradients, TRest Others) Of<TParams, TRest>(TParams parameters, Func<TParams, LossOf<TRest>> loss)
        where TParams : class, ITree<TParams> => Of(parameters, frozen: [], loss);

    /// <summary>The same without the leaves under the paths of <paramref name="frozen"/>, whose gradient is an empty tensor.</summary>
    public static (TParams Gradients, TRest Others) Of<TParams, TRest>(
        TParams parameters,
        IReadOnlyList<string> frozen,
        Func<TParams, LossOf<TRest>> loss
    )
        where TParams : class, ITree<TParams>
    {
        bool Trained(Leaf leaf) => !frozen.Any(path => leaf.Path.StartsWith($"{path}.", StringComparison.Ordinal));

        var tracked = parameters.Map(leaf => leaf.Value.detach().requires_grad_(Trained(leaf)));
        var leaves = tracked.Leaves().Where(Trained).Select(static leaf => leaf.Value).ToList();
        var (value, rest) = Forward(loss, tracked);
        var gradients = new Queue<Tensor>(Backward(value, leaves));
        return (parameters.Map(leaf => Trained(leaf) ? gradients.Dequeue() : empty(0)), rest);
    }

    private static LossOf<TRest> Forward<TParams, TRest>(Func<TParams, LossOf<TRest>> loss, TParams tracked)
    {
        using var span = Profiling.Of(StepPhase.Forward, "forward");
        return loss(tracked);
    }

    private static IList<Tensor> Backward(Tensor loss, List<Tensor> leaves)
    {
        using var span = Profiling.Of(StepPhase.Backward, "backward");
        return autograd.grad([loss], leaves);
    }
}
