using SimClrDsl.Planning;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Execution;

/// <summary>Where a run computes.</summary>
public enum RunDevice
{
    /// <summary>On a CUDA device if there is one, and otherwise on the CPU.</summary>
    Auto,

    /// <summary>On the CPU.</summary>
    Cpu,

    /// <summary>On a CUDA device.</summary>
    Cuda,
}

/// <summary>What an application chooses for a run. A value that is left out is the spec's, or the default that is given here.</summary>
public sealed record RunSettings
{
    /// <summary>
    /// Folder of the images, in place of the spec's <c>data.path</c>; null keeps the spec's. A relative path, also that of the spec, is
    /// searched in the current folder, then in the folder that the environment variable SIMCLR_DATA names or else in <c>data/</c>.
    /// </summary>
    public string? Data { get; init; }

    /// <summary>Folder of all runs. The run gets a folder of its own in it, named after the experiment and the hash of its spec.</summary>
    public string Output { get; init; } = "runs";

    /// <summary>Where to compute.</summary>
    public RunDevice Device { get; init; } = RunDevice.Auto;

    /// <summary>Number type that networks compute in. Null keeps the spec's.</summary>
    public Precision? Precision { get; init; }

    /// <summary>Seed of every random number, at least 0. Null keeps the spec's.</summary>
    public int? Seed { get; init; }

    /// <summary>
    /// The only stage to run, such as <see cref="StageNames.Finetune"/>; it runs even if it is finished. Null runs all stages that are not
    /// finished.
    /// </summary>
    public string? Only { get; init; }

    /// <summary>Whether stages that are finished or were interrupted run from their start.</summary>
    public bool Again { get; init; }

    /// <summary>
    /// Share of pretraining's computation that measuring the network between epochs may take, from 0, which is for no measuring.
    /// </summary>
    public double OnlineShare { get; init; } = 0.02;

    /// <summary>Whether the curves are also written as event files for TensorBoard, in the folder of the run.</summary>
    public bool TensorBoard { get; init; } = true;

    /// <summary>When stages that train make checkpoints, from which a run that was interrupted goes on.</summary>
    public CheckpointPolicy Checkpoints { get; init; } = CheckpointPolicy.Default;
}
