using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Optim;

/// <summary>Code that the optimizers share: walking over parameters, gradients and optimizer states together, and weight decay.</summary>
internal static class LeafUpdate
{
    /// <summary>Whether LARS applies weight decay to tensors of this role: to kernels alone.</summary>
    public static bool DecaysInLars(LeafRole role) => role is LeafRole.Kernel or LeafRole.ClassifierKernel;

    /// <summary>Whether SGD and Adam apply weight decay to tensors of this role. Like the reference code, they decay biases too.</summary>
    public static bool DecaysInSgdAndAdam(LeafRole role) => DecaysInLars(role) || role == LeafRole.Bias;

    /// <summary>Updates each parameter that is not frozen, without recording gradients.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="gradients">Their gradients; an empty tensor marks a frozen parameter.</param>
    /// <param name="states">What the optimizer keeps for each parameter, such as its velocity.</param>
    /// <param name="weightDecay">Coefficient of weight decay; 0 for none.</param>
    /// <param name="decays">Whether parameters of a role have weight decay.</param>
    /// <param name="update">
    /// Updates a parameter. It is given the parameter, its gradient (with weightDecay · w added if it has weight decay), and its tensor
    /// from each of <paramref name="states"/>.
    /// </param>
    public static void Each<TParams>(
        TParams parameters,
        TParams gradients,
        TParams[] states,
        double weightDecay,
        Func<LeafRole, bool> decays,
        Action<Leaf, Tensor, Tensor[]> update
    )
        where TParams : class, ITree<TParams>
    {
        using var scope = no_grad();
        var (weights, gs) = (parameters.Leaves(), gradients.Leaves());
        var kept = states.Select(static state => state.Leaves()).ToArray();
        foreach (var i in Trained(gs))
        {
            var (leaf, g) = (weights[i], gs[i].Value);
            var decayed = weightDecay > 0 && decays(leaf.Role) ? g.add(leaf.Value, alpha: weightDecay) : g;
            update(leaf, decayed, [.. kept.Select(leaves => leaves[i].Value)]);
        }
    }

    /// <summary>Positions of the parameters that are not frozen: those whose gradient is not an empty tensor.</summary>
    public static IEnumerable<int> Trained(IReadOnlyList<Leaf> gradients) =>
        Enumerable.Range(0, gradients.Count).Where(i => gradients[i].Value.numel() > 0);
}
