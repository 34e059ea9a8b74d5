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
    /// <exception cref="InputException">The checkpoint cannot be read or the file cannot be written.</exception>
    public static void Own(string checkpoint, Plan plan, string stage, string path)
    {
        using var scope = NewDisposeScope();
        var network = NetworkWeights.Read(checkpoint, plan, stage).OrThrow();
        Write(path, [.. network.Tensors], network.Card, plan, stage, format: "simclr");
    }

    /// <summary>
    /// Writes the encoder of a stage, and a classifier that is directly on the encoder's output, under torchvision's names.
    /// </summary>
    /// <param name="checkpoint">Path of the stage's checkpoint.</param>
    /// <param name="plan">The experiment's plan.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="path">Path of the safetensors file to write.</param>
    /// <exception cref="InputException">
    /// torchvision has no such network, the checkpoint cannot be read, or the file cannot be written.
    /// </exception>
    public static void Torchvision(string checkpoint, Plan plan, string stage, string path)
    {
        if (TorchvisionNames.Missing(EncoderOf(plan, stage)) is { } reason)
        {
            throw new InputException($"'{plan.Name}' cannot be exported to torchvision: {reason}. Use '--as simclr'.");
        }

        using var scope = NewDisposeScope();
        var names = TorchvisionNames.Of(NetworkLayers.Of(plan, stage));
        var network = NetworkWeights.Read(checkpoint, plan, stage).OrThrow();
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
        Write(path, renamed, network.Card, plan, stage, format: "pt");
    }

    /// <summary>Whether a file was written by one of these functions, which its metadata shows. False if it cannot be read.</summary>
    /// <param name="path">Path of the file.</param>
    public static bool IsExport(string path) =>
        Checkpoint.Metadata(path).Exists(static metadata => metadata.ContainsKey(ExperimentKey) && metadata.ContainsKey(NetworkKey));

    /// <summary>The encoder of the network that a stage leaves: the student's for distillation.</summary>
    internal static EncoderPlan EncoderOf(Plan plan, string stage) => stage == StageNames.Distill ? plan.Distill!.Student : plan.Encoder;

    private static void Write(
        string path,
        IReadOnlyCollection<KeyValuePair<string, Tensor>> tensors,
        NetworkCard? card,
        Plan plan,
        string stage,
        string format
    ) =>
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
}
