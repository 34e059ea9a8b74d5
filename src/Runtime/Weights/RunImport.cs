using LanguageExt;
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
    /// <returns>
    /// The numbers of tensors; an error if the run's checkpoint is damaged or holds another network, and then nothing is written.
    /// </returns>
    /// <exception cref="InputException">The checkpoint cannot be written.</exception>
    public static Either<InputError, ImportedWeights> Network(
        string file,
        Plan plan,
        string stage,
        string path,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        using var scope = NewDisposeScope();
        if (!SafeTensors.Read(file, checksummed: true).Try(out var read, out var error))
        {
            return error;
        }

        var found = read.Tensors;
        var expected = NetworkLayers.Of(plan, stage).Tensors.ToList();
        var difference = WeightNames.Difference(
            [.. expected.Select(static tensor => KeyValuePair.Create(tensor.Name, $"{tensor.Shape}"))],
            found.ToDictionary(static tensor => tensor.Key, static tensor => $"[{string.Join(", ", tensor.Value.shape)}]"),
            surplus: false
        );
        if (difference is not null)
        {
            return new InputError($"{file} does not hold the network that '{plan.Name}' has after '{stage}': it {difference}.");
        }

        var network = expected.ToDictionary(static tensor => tensor.Name, tensor => found[tensor.Name]);
        SafeTensors.Write(path, [.. network, .. CarriedStart.Of(plan, stage, network)], metadata);
        return new ImportedWeights(network.Count, found.Count - network.Count);
    }

    /// <summary>The names of the classes that a run's checkpoint knows; none if it was imported or saved by an earlier version.</summary>
    /// <param name="file">The run's checkpoint.</param>
    /// <returns>The names; an error if the checkpoint cannot be read, or is damaged.</returns>
    public static Either<InputError, IReadOnlyList<string>> ClassNames(string file) =>
        from metadata in Checkpoint.Metadata(file)
        from names in NetworkCard.Of(file, metadata)?.Map(static card => card.ClassNames)
            ?? Either<InputError, IReadOnlyList<string>>.Right([])
        select names;
}
