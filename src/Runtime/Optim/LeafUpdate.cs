using SimClrDsl.Runtime.Autograd;
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
    /// <param name="optimizer">Name of the optimizer, for the profile.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="states">What the optimizer keeps for each parameter, such as its velocity.</param>
    /// <param name="weightDecay">Coefficient of weight decay; 0 for none.</param>
    /// <param name="decays">Whether parameters of a role have weight decay.</param>
    /// <param name="update">
    /// Updates a parameter. It is given the parameter, its gradient (with weightDecay · w added if it has weight decay), and its tensor
    /// from each of <paramref name="states"/>.
    /// </param>
    public static void Each<TParams>(
        string optimizer,
        TParams parameters,
        Gradients<TParams> gradients,
        TParams[] states,
        double weightDecay,
        Func<LeafRole, bool> decays,
        Action<Leaf, Tensor, Tensor[]> update
    )
        where TParams : class, ITree<TParams>
    {
        var weights = parameters.Leaves();
        var kept = states.Select(static state => state.Leaves()).ToArray();
        gradients.ForEach(
            optimizer,
            (positions, found) =>
            {
                foreach (var (i, g) in positions.Zip(found))
                {
                    var leaf = weights[i];
                    var decayed = weightDecay > 0 && decays(leaf.Role) ? g.add(leaf.Value, alpha: weightDecay) : g;
                    update(leaf, decayed, [.. kept.Select(leaves => leaves[i].Value)]);
                }
            }
        );
    }
}
