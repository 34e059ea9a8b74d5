using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Weights.Names;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Weights;

/// <summary>
/// Takes a network over from a run of another experiment: one whose encoder was pretrained in another way or on other images, for example.
/// </summary>
public static class RunImport
{
    /// <summary>
    /// Makes the checkpoint of a stage from that of the same stage of a run. Names and shapes are compared with the plan before anything is
    /// written. What the stage carries beside its network, such as a memory, starts afresh.
    /// </summary>
    /// <param name="file">The run's checkpoint.</param>
    /// <param name="plan">The experiment's plan.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="path">Path of the checkpoint to write.</param>
    /// <param name="metadata">Metadata of that checkpoint.</param>
    /// <exception cref="InputException">The run's checkpoint is damaged or holds another network; then nothing is written.</exception>
    public static ImportedWeights Network(string file, Plan plan, string stage, string path, IReadOnlyDictionary<string, string> metadata)
    {
        using var scope = NewDisposeScope();
        var found = SafeTensors.Read(file, checksummed: true).Tensors;
        var expected = NetworkLayers.Of(plan, stage).Tensors.ToList();
        var difference = WeightNames.Difference(
            [.. expected.Select(static tensor => KeyValuePair.Create(tensor.Name, $"{tensor.Shape}"))],
            found.ToDictionary(static tensor => tensor.Key, static tensor => $"[{string.Join(", ", tensor.Value.shape)}]"),
            surplus: false
        );
        if (difference is not null)
        {
            throw new InputException($"{file} does not hold the network that '{plan.Name}' has after '{stage}': it {difference}.");
        }

        var network = expected.ToDictionary(static tensor => tensor.Name, tensor => found[tensor.Name]);
        SafeTensors.Write(path, [.. network, .. CarriedStart.Of(plan, stage, network)], metadata);
        return new(network.Count, found.Count - network.Count);
    }

    /// <summary>The names of the classes that a run's checkpoint knows; none if it was imported or saved by an earlier version.</summary>
    /// <param name="file">The run's checkpoint.</param>
    /// <exception cref="InputException">It cannot be read, or is damaged.</exception>
    public static IReadOnlyList<string> ClassNames(string file) => NetworkCard.Of(file, Checkpoint.Metadata(file))?.ClassNames ?? [];
}
