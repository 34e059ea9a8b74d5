using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Weights.Names;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Weights;

/// <summary>Exports networks for other programs: parameters and running statistics, without the state of the optimizer.</summary>
public static class WeightExport
{
    private const string ExperimentKey = "experiment";
    private const string NetworkKey = "network";

    /// <summary>Writes the network of a stage under the names that it has in checkpoints.</summary>
    /// <param name="checkpoint">Path of the stage's checkpoint.</param>
    /// <param name="plan">The experiment's plan.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="path">Path of the safetensors file to write.</param>
    /// <returns>Number of tensors that were written; an error if the checkpoint cannot be read.</returns>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static Either<InputError, int> Own(string checkpoint, Plan plan, string stage, string path)
    {
        using var scope = NewDisposeScope();
        return NetworkWeights
            .Read(checkpoint, plan, stage)
            .Map(network => Write(path, [.. network.Tensors], network.Card, plan, stage, format: "simclr"));
    }

    /// <summary>
    /// Writes the encoder of a stage, and a classifier that is directly on the encoder's output, under torchvision's names.
    /// </summary>
    /// <param name="checkpoint">Path of the stage's checkpoint.</param>
    /// <param name="plan">The experiment's plan.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="path">Path of the safetensors file to write.</param>
    /// <returns>
    /// Number of tensors that were written; an error if torchvision has no such network, or the checkpoint cannot be read.
    /// </returns>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static Either<InputError, int> Torchvision(string checkpoint, Plan plan, string stage, string path)
    {
        if (TorchvisionNames.Missing(EncoderOf(plan, stage)) is { } reason)
        {
            return new InputError($"'{plan.Name}' cannot be exported to torchvision: {reason}. Use '--as simclr'.");
        }

        using var scope = NewDisposeScope();
        return NetworkWeights
            .Read(checkpoint, plan, stage)
            .Map(network => Write(path, UnderTorchvisionNames(network, plan, stage), network.Card, plan, stage, format: "pt"));
    }

    private static List<KeyValuePair<string, Tensor>> UnderTorchvisionNames(NetworkWeights network, Plan plan, string stage)
    {
        var names = TorchvisionNames.Of(NetworkLayers.Of(plan, stage));
        List<KeyValuePair<string, Tensor>> renamed =
        [
            .. from tensor in network.Tensors
            where names.ContainsKey(tensor.Key)
            select KeyValuePair.Create(names[tensor.Key], tensor.Value),
        ];
        renamed.AddRange(
            TorchvisionNames
                .Counters(renamed.Select(static tensor => tensor.Key).ToList())
                .Select(static name => KeyValuePair.Create(name, zeros([], dtype: int64)))
        );
        return renamed;
    }

    /// <summary>Whether a file was written by one of these functions, which its metadata shows. False if it cannot be read.</summary>
    /// <param name="path">Path of the file.</param>
    public static bool IsExport(string path) =>
        Checkpoint.Metadata(path).Exists(static metadata => metadata.ContainsKey(ExperimentKey) && metadata.ContainsKey(NetworkKey));

    /// <summary>The encoder of the network that a stage leaves: the student's for distillation.</summary>
    internal static EncoderPlan EncoderOf(Plan plan, string stage) => stage == StageNames.Distill ? plan.Distill!.Student : plan.Encoder;

    private static int Write(
        string path,
        IReadOnlyCollection<KeyValuePair<string, Tensor>> tensors,
        NetworkCard? card,
        Plan plan,
        string stage,
        string format
    )
    {
        SafeTensors.Write(
            path,
            tensors,
            new Dictionary<string, string>
            {
                ["format"] = format,
                [ExperimentKey] = plan.Name,
                ["stage"] = stage,
                [NetworkKey] = EncoderOf(plan, stage).Title,
                ["stem_pool"] = EncoderOf(plan, stage).Stem.MaxPool ? "true" : "false",
                ["skip_pool"] = EncoderOf(plan, stage).Groups[0].Entry.Skip is SkipPlan.Pooled ? "true" : "false",
            }
                .Concat(card?.ToMetadata() ?? new Dictionary<string, string>())
                .ToDictionary()
        );
        return tensors.Count;
    }
}
