using LanguageExt;
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
    /// <returns>
    /// The numbers of variables; an error if the TensorFlow checkpoint is damaged or holds another network, and then nothing is written.
    /// </returns>
    /// <exception cref="InputException">The checkpoint cannot be written.</exception>
    public static Either<InputError, ImportedWeights> TensorFlow(
        string prefix,
        Plan plan,
        string stage,
        string path,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        using var scope = NewDisposeScope();
        var network = NetworkLayers.Of(plan, stage);
        var keepsAverage = CarriedWeights.Of(plan, stage).Any(CarriedStart.IsMemory);
        var read =
            from bundle in TensorBundle.Open(prefix)
            from variables in Checked(prefix, bundle, TensorFlowNames.Of(network))
            from tensors in Read(bundle, variables)
            // If the checkpoint has no moving average, the network itself is used as the average.
            from averages in Checked(prefix, bundle, AverageOf(bundle, network, stage))
            from average in Read(bundle, keepsAverage ? averages : [])
            select (Tensors: tensors, Average: average, Variables: bundle.Entries.Count);
        return read.Map(file =>
        {
            SafeTensors.Write(path, [.. file.Tensors, .. CarriedStart.Of(plan, stage, file.Tensors, file.Average)], metadata);
            var loaded = file.Tensors.Count + file.Average.Count;
            return new ImportedWeights(loaded, file.Variables - loaded);
        });
    }

    private static IReadOnlyList<TensorFlowVariable> AverageOf(TensorBundle bundle, NetworkLayers network, string stage) =>
        stage == StageNames.Pretrain && bundle.Entries.Keys.Any(static name => name.StartsWith(AverageScope, StringComparison.Ordinal))
            ? TensorFlowNames.Of(network, AverageScope)
            : [];

    // The variables, if the checkpoint has all of them in their types and shapes.
    private static Either<InputError, IReadOnlyList<TensorFlowVariable>> Checked(
        string prefix,
        TensorBundle bundle,
        IReadOnlyList<TensorFlowVariable> variables
    )
    {
        var difference = WeightNames.Difference(
            [.. variables.Select(static variable => KeyValuePair.Create(variable.Name, $"float32 {variable.Shape}"))],
            bundle.Entries.ToDictionary(static entry => entry.Key, static entry => $"{Describe(entry.Value.Type)} {entry.Value.Shape}"),
            surplus: false
        );
        return difference is null
            ? Either<InputError, IReadOnlyList<TensorFlowVariable>>.Right(variables)
            : new InputError($"{prefix} does not hold this network: it {difference}.");
    }

    // Tensors in our layout, by their names in our checkpoints.
    private static Either<InputError, Dictionary<string, Tensor>> Read(TensorBundle bundle, IReadOnlyList<TensorFlowVariable> variables) =>
        variables
            .Select(variable => bundle.Read(variable.Name).Map(value => KeyValuePair.Create(variable.Target.Name, ToOurs(value))))
            .All()
            .Map(static tensors => tensors.ToDictionary());

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
