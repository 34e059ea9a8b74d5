using LanguageExt;
using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Training;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

/// <summary>A trained network as functions of images that are ready for it.</summary>
/// <param name="Outputs">Outputs of the whole network: logits [N, classes], or projections [N, width] of a pretrained network.</param>
/// <param name="Features">Outputs of the encoder alone, [N, features].</param>
internal sealed record NetworkFunctions(Frozen Outputs, Frozen Features);

/// <summary>The network of a finished stage, to be used on new images. It computes exactly as the evaluation of the stage did.</summary>
public sealed class SavedNetwork
{
    private readonly NetworkFunctions functions;
    private readonly RunOptions options;

    private SavedNetwork(NetworkFunctions functions, NetworkCard card, RunOptions options) =>
        (this.functions, Card, this.options) = (functions, card, options);

    /// <summary>What its checkpoint says about it. Class names are empty in a checkpoint that holds none.</summary>
    public NetworkCard Card { get; }

    /// <summary>Opens the network of a stage.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="hash">Hash of the stage.</param>
    /// <param name="checkpoint">Path of the checkpoint.</param>
    /// <param name="options">Device and type to compute in, and the seed of the run.</param>
    /// <returns>The network, or that the checkpoint cannot be read or holds another network.</returns>
    public static Either<InputError, SavedNetwork> Open(
        IExperiment experiment,
        string stage,
        string hash,
        string checkpoint,
        RunOptions options
    ) =>
        from functions in experiment.Stages.Single(one => one.Name == stage).Saved(checkpoint, StageStore.NeededOf(stage, hash), options)
        from card in CardOf(checkpoint, experiment)
        select new SavedNetwork(functions, card, options);

    private static Either<InputError, NetworkCard> CardOf(string checkpoint, IExperiment experiment) =>
        Checkpoint.Metadata(checkpoint).Bind(metadata => NetworkCard.Of(checkpoint, metadata) ?? CardWithoutNames(experiment));

    // For a checkpoint of a version that wrote no card.
    private static NetworkCard CardWithoutNames(IExperiment experiment) =>
        new(ImageInput.Of(experiment.Images), ClassNames: [], DataDigests: new Dictionary<string, string>());

    /// <summary>The outputs of the whole network.</summary>
    /// <param name="images">The images.</param>
    /// <returns>float32 [N, classes]: logits; for a pretrained network projections [N, width].</returns>
    /// <exception cref="InputException">An output is not finite.</exception>
    public Tensor Outputs(ImageSet images) => Of(functions.Outputs, images);

    /// <summary>The outputs of the encoder alone.</summary>
    /// <param name="images">The images.</param>
    /// <returns>float32 [N, features].</returns>
    /// <exception cref="InputException">An output is not finite.</exception>
    public Tensor Features(ImageSet images) => Of(functions.Features, images);

    /// <summary>The outputs of the whole network for images that are prepared already.</summary>
    /// <param name="images">float32 [N, C, side, side] from 0 to 1.</param>
    /// <returns>float32 on the CPU.</returns>
    public Tensor Outputs(Tensor images) => Of(functions.Outputs, images);

    /// <summary>The outputs of the encoder alone for images that are prepared already.</summary>
    /// <param name="images">float32 [N, C, side, side] from 0 to 1.</param>
    /// <returns>float32 on the CPU.</returns>
    public Tensor Features(Tensor images) => Of(functions.Features, images);

    private Tensor Of(Frozen network, Tensor images)
    {
        using var scope = NewDisposeScope();
        return network.Infer(images.to(options.Device).ForNetwork(options.Compute)).to(float32).cpu().MoveToOuterDisposeScope();
    }

    private Tensor Of(Frozen network, ImageSet images)
    {
        var values = Evaluation.Features(network, images, options.Device, options.Compute).Values;
        return Soundness.Fault(values) is { } fault
            ? throw new InputException($"the network's outputs for these pictures hold {fault}, so it is of no use: train it again.")
            : values;
    }
}
