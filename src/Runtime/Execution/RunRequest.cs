using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Execution;

/// <summary>Everything that a run is made from: the experiment, what a person or an application chose, and what the program says.</summary>
/// <param name="Experiment">The generated code.</param>
/// <param name="Spec">
/// The spec, of which seed, precision and folder of images may differ from those that the code was generated from.
/// </param>
/// <param name="Output">Folder of all runs.</param>
internal sealed record RunRequest(IExperiment Experiment, Spec Spec, string Output)
{
    /// <summary>Where to compute.</summary>
    public required Device Device { get; init; }

    /// <summary>The one stage to run, or null for all.</summary>
    public string? Only { get; init; }

    /// <summary>Whether stages that are finished run once more.</summary>
    public bool Again { get; init; }

    /// <summary>Whether the run shall only show that every stage runs: few test images, and no numbers.</summary>
    public bool Smoke { get; init; }

    /// <summary>Measures where the time goes, or null.</summary>
    public Profiler? Profiler { get; init; }

    /// <summary>Folder from which a relative path of images is looked for first; null for none.</summary>
    public string? DataFolder { get; init; }

    /// <summary>What measuring the network between epochs of pretraining may compute, of what training does; 0 for no measuring.</summary>
    public double OnlineShare { get; init; }

    /// <summary>Whether the curves are also written as event files for TensorBoard.</summary>
    public bool TensorBoard { get; init; }

    /// <summary>When stages that train make checkpoints.</summary>
    public CheckpointPolicy Checkpoints { get; init; } = CheckpointPolicy.Default;

    /// <summary>Asks the run to end early; null where nobody can.</summary>
    public StopRequest? Stop { get; init; }

    /// <summary>A type of the generator, in a program that generates code while it runs; see <see cref="ProgramCode"/>.</summary>
    public Type? Generator { get; init; }

    /// <summary>
    /// The generated files as name and text, which are written beside the results; null if the program has only their compiled form.
    /// </summary>
    public IReadOnlyList<(string Name, string Text)>? Generated { get; init; }

    /// <summary>The commit that is checked out where the program was started, and whether files differ from it; null if unknown.</summary>
    public (string Commit, bool Changed)? Git { get; init; }

    /// <summary>Tells when the run starts and ends.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The plan of the spec.</summary>
    public Plan Plan => Plan.Of(Spec);

    /// <summary>The hash of the spec.</summary>
    public string Hash => SpecHash.Of(Spec);

    /// <summary>The folder of the run, as it is: perhaps not there.</summary>
    public RunFolder Folder => RunFolder.At(Output, Spec.Name, Hash);
}
