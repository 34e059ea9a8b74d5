using SimClrDsl.Planning;
using SimClrDsl.Runtime.Objectives;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Weights.Names;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Weights;

/// <summary>
/// What a stage carries beside its network (<see cref="CarriedWeights"/>), for a network that was not trained by that stage.
/// </summary>
internal static class CarriedStart
{
    /// <summary>The carried tensors by their names in the checkpoint.</summary>
    /// <param name="plan">The experiment's plan.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="network">The tensors of the network, by name.</param>
    /// <param name="averages">
    /// Moving averages that are known, by the names of the tensors that they follow; of others the tensor itself is taken.
    /// </param>
    public static IEnumerable<KeyValuePair<string, Tensor>> Of(
        Plan plan,
        string stage,
        IReadOnlyDictionary<string, Tensor> network,
        IReadOnlyDictionary<string, Tensor>? averages = null
    )
    {
        var key = Key.FromSeed(plan.Spec.Seed).At(stage).At("memory");
        return CarriedWeights
            .Of(plan, stage)
            .Select(tensor =>
                KeyValuePair.Create(
                    tensor.Name,
                    tensor.From switch
                    {
                        CarriedFrom.Zeros => zeros([.. tensor.Shape]),
                        CarriedFrom.Directions => Directions(key, [.. tensor.Shape]),
                        _ => IsMemory(tensor) && averages?.GetValueOrDefault(tensor.Follows!) is { } average
                            ? average
                            : network[tensor.Follows!],
                    }
                )
            );
    }

    /// <summary>Whether a tensor belongs to the memory's network.</summary>
    public static bool IsMemory(CarriedTensor tensor) => tensor.Name.StartsWith("state.memory.", StringComparison.Ordinal);

    private static Tensor Directions(Key key, long[] shape)
    {
        using var generator = key.Generator();
        return NtXent.Normalize(randn(shape, dtype: float32, generator: generator));
    }
}
