using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Weights.Names;
using SimClrDsl.Runtime.Weights.TensorFlow;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Weights;

/// <summary>The numbers of variables of an import.</summary>
/// <param name="Loaded">Variables that were imported, including those of the moving average.</param>
/// <param name="Left">Variables that the network does not need, such as momentum, counters and classifiers of other stages.</param>
public sealed record ImportedWeights(int Loaded, int Left);

/// <summary>Imports networks from the checkpoints of the official SimCLR code.</summary>
public static class WeightImport
{
    private const string AverageScope = "ema_model/";

    /// <summary>
    /// Makes the checkpoint of a stage from a TensorFlow checkpoint. The names and shapes of all variables are checked before the first is
    /// read.
    /// </summary>
    /// <param name="prefix">
    /// Common start of the paths of the TensorFlow checkpoint's files, such as <c>FOLDER/model.ckpt-250228</c>.
    /// </param>
    /// <param name="plan">The experiment's plan.</param>
    /// <param name="stage">Name of the stage whose network is imported.</param>
    /// <param name="path">Path of the stage's checkpoint to write.</param>
    /// <param name="metadata">Metadata of that checkpoint.</param>
    /// <exception cref="InputException">The TensorFlow checkpoint is damaged or holds another network; then nothing is written.</exception>
    public static ImportedWeights TensorFlow(
        string prefix,
        Plan plan,
        string stage,
        string path,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        using var scope = NewDisposeScope();
        var bundle = TensorBundle.Open(prefix);
        var network = NetworkLayers.Of(plan, stage);
        var variables = TensorFlowNames.Of(network);
        Check(prefix, bundle, variables);
        var tensors = variables.ToDictionary(static variable => variable.Target.Name, variable => ToOurs(bundle.Read(variable.Name)));

        // If the checkpoint has no moving average, the network itself is used as the average.
        var averages = AverageOf(bundle, network, stage);
        Check(prefix, bundle, averages);
        var average = CarriedWeights.Of(plan, stage).Any(CarriedStart.IsMemory)
            ? averages.ToDictionary(static variable => variable.Target.Name, variable => ToOurs(bundle.Read(variable.Name)))
            : [];
        SafeTensors.Write(path, [.. tensors, .. CarriedStart.Of(plan, stage, tensors, average)], metadata);
        var loaded = variables.Count + average.Count;
        return new(loaded, bundle.Entries.Count - loaded);
    }

    private static IReadOnlyList<TensorFlowVariable> AverageOf(TensorBundle bundle, NetworkLayers network, string stage) =>
        stage == StageNames.Pretrain && bundle.Entries.Keys.Any(static name => name.StartsWith(AverageScope, StringComparison.Ordinal))
            ? TensorFlowNames.Of(network, AverageScope)
            : [];

    private static void Check(string prefix, TensorBundle bundle, IReadOnlyList<TensorFlowVariable> variables)
    {
        var difference = WeightNames.Difference(
            [.. variables.Select(static variable => KeyValuePair.Create(variable.Name, $"float32 {variable.Shape}"))],
            bundle.Entries.ToDictionary(static entry => entry.Key, static entry => $"{Describe(entry.Value.Type)} {entry.Value.Shape}"),
            surplus: false
        );
        if (difference is not null)
        {
            throw new InputException($"{prefix} does not hold this network: it {difference}.");
        }
    }

    private static string Describe(ScalarType? type) => type?.ToString().ToLowerInvariant() ?? "no numbers";

    // Converts convolution kernels from [height, width, inputs, outputs] to [outputs, inputs, height, width], and dense ones from
    // [inputs, outputs] to [outputs, inputs].
    private static Tensor ToOurs(Tensor variable) =>
        variable.dim() switch
        {
            4 => variable.permute(3, 2, 0, 1).contiguous(),
            2 => variable.t().contiguous(),
            _ => variable,
        };
}
