using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Stages;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Execution;

/// <summary>The network that a stage of a run has trained, in its checkpoint.</summary>
public sealed class TrainedNetwork
{
    private readonly IExperiment experiment;

    internal TrainedNetwork(IExperiment experiment, Plan plan, string stage, string checkpoint) =>
        (this.experiment, Plan, Stage, Checkpoint) = (experiment, plan, stage, checkpoint);

    /// <summary>The plan of the experiment, which says how the network is built.</summary>
    public Plan Plan { get; }

    /// <summary>Name of the stage.</summary>
    public string Stage { get; }

    /// <summary>Path of the checkpoint, a safetensors file.</summary>
    public string Checkpoint { get; }

    /// <summary>Opens the network, to compute in the type that the run computed in.</summary>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="InputException">The checkpoint cannot be read, or there is no such device.</exception>
    public SavedNetwork Open(RunDevice device = RunDevice.Auto)
    {
        var chosen = Computation.DeviceOf(device).OrThrow();
        return Open(chosen, Computation.TypeOf(chosen, Plan.Spec));
    }

    /// <summary>Opens the network, to compute in float32 on the CPU.</summary>
    /// <exception cref="InputException">The checkpoint cannot be read.</exception>
    public SavedNetwork OpenExact() => Open(CPU, float32);

    /// <summary>The most probable class of each picture.</summary>
    /// <param name="pictures">Picture files, and folders that are searched with their subfolders.</param>
    /// <returns>One prediction for each picture: files as they were given, and those of each folder by name.</returns>
    /// <exception cref="InputException">There is no picture, one cannot be decoded, or the checkpoint cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The network does not classify (<see cref="StageOutcome.Classifies"/>).</exception>
    public IReadOnlyList<Prediction> Classify(params IReadOnlyList<string> pictures)
    {
        if (!StageNames.Classifies(Stage))
        {
            throw new InvalidOperationException($"The network of stage '{Stage}' has no classifier.");
        }

        var given = GivenPictures.Open(pictures).OrThrow();
        return given.Broken is [{ } broken, ..]
            ? throw new InputException($"{broken.Name} cannot be used: {broken.Reason}.")
            : [.. Predictions.Of(Open(), given)];
    }

    private SavedNetwork Open(Device device, ScalarType type)
    {
        Computation.Prepare(device, Plan.Spec);
        var options = new RunOptions(Plan.Spec.Seed, device, type, Only: null);
        return SavedNetwork.Open(experiment, Stage, StageHashes.Of(Plan)[Stage], Checkpoint, options).OrThrow();
    }
}
