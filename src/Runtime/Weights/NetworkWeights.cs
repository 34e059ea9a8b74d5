using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Weights.Names;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Weights;

/// <summary>
/// The network that a stage leaves, as tensors: averaged weights if the stage averages them, without what its training carried along.
/// </summary>
/// <param name="Tensors">Parameters and running statistics by the names that they have in checkpoints, float32 on the CPU.</param>
/// <param name="Card">What the checkpoint says about the network; null if it was saved by a version that wrote nothing.</param>
public sealed record NetworkWeights(IReadOnlyDictionary<string, Tensor> Tensors, NetworkCard? Card)
{
    /// <summary>Reads the network of a stage from its checkpoint.</summary>
    /// <param name="checkpoint">Path of the stage's checkpoint.</param>
    /// <param name="plan">The experiment's plan.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <returns>The network; an error if the checkpoint cannot be read, or holds another network.</returns>
    public static Either<InputError, NetworkWeights> Read(string checkpoint, Plan plan, string stage) =>
        from file in SafeTensors.Read(checkpoint, checksummed: true)
        from network in Of(checkpoint, file.Tensors, plan, stage)
        from described in NetworkCard.Of(checkpoint, file.Metadata)?.Map(card => network with { Card = card }) ?? network
        select described;

    private static Either<InputError, NetworkWeights> Of(
        string checkpoint,
        IReadOnlyDictionary<string, Tensor> found,
        Plan plan,
        string stage
    )
    {
        var needed = NetworkLayers
            .Of(plan, stage)
            .Tensors.Select(tensor => (Tensor: tensor, Saved: CarriedWeights.ResultName(plan, stage, tensor.Name)))
            .ToList();
        var difference = WeightNames.Difference(
            [.. needed.Select(static tensor => KeyValuePair.Create(tensor.Saved, $"{tensor.Tensor.Shape}"))],
            found.ToDictionary(static tensor => tensor.Key, static tensor => $"{tensor.Value.shape.ToSequence()}"),
            surplus: false
        );
        return difference is null
            ? new NetworkWeights(needed.ToDictionary(static tensor => tensor.Tensor.Name, tensor => found[tensor.Saved]), Card: null)
            : new InputError($"{checkpoint} does not hold the network of stage '{stage}': it {difference}.");
    }
}
