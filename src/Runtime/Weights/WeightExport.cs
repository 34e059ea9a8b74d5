using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Weights.Names;
using SimClrDsl.Specs;
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
        var (network, card) = Network(checkpoint, plan, stage);
        Write(path, network, card, plan, stage, format: "simclr");
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
        var (network, card) = Network(checkpoint, plan, stage);
        List<KeyValuePair<string, Tensor>> renamed =
        [
            .. from tensor in network where names.ContainsKey(tensor.Key) select KeyValuePair.Create(names[tensor.Key], tensor.Value),
        ];
        renamed.AddRange(
            TorchvisionNames
                .Counters(renamed.Select(static tensor => tensor.Key).ToList())
                .Select(static name => KeyValuePair.Create(name, zeros([], dtype: int64)))
        );
        Write(path, renamed, card, plan, stage, format: "pt");
    }

    /// <summary>Whether a file was written by one of these functions, which its metadata shows. False if it cannot be read.</summary>
    /// <param name="path">Path of the file.</param>
    public static bool IsExport(string path)
    {
        try
        {
            var metadata = Checkpoint.Metadata(path);
            return metadata.ContainsKey(ExperimentKey) && metadata.ContainsKey(NetworkKey);
        }
        catch (InputException)
        {
            return false;
        }
    }

    /// <summary>The encoder of the network that a stage leaves: the student's for distillation.</summary>
    internal static EncoderPlan EncoderOf(Plan plan, string stage) => stage == StageNames.Distill ? plan.Distill!.Student : plan.Encoder;

    private static (List<KeyValuePair<string, Tensor>> Tensors, NetworkCard? Card) Network(string checkpoint, Plan plan, string stage)
    {
        var (found, metadata) = SafeTensors.Read(checkpoint, checksummed: true);
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
            ? (
                [.. needed.Select(tensor => KeyValuePair.Create(tensor.Tensor.Name, found[tensor.Saved]))],
                NetworkCard.Of(checkpoint, metadata)
            )
            : throw new InputException($"{checkpoint} does not hold the network of stage '{stage}': it {difference}.");
    }

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
            }
                .Concat(card?.ToMetadata() ?? new Dictionary<string, string>())
                .ToDictionary()
        );
}
