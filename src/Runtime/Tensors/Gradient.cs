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
        where TParams : class, ITree<TParams>
    {
        var tracked = parameters.Map(static tensor => tensor.detach().requires_grad_(true));
        var leaves = tracked.Leaves().Select(static leaf => leaf.Value).ToList();
        var (value, rest) = loss(tracked);
        var gradients = autograd.grad([value], leaves);
        return (parameters.With(gradients), rest);
    }
}
