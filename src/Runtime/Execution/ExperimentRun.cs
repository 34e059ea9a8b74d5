using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Training;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Execution;

/// <summary>Runs experiments that were generated into an application.</summary>
public static class ExperimentRun
{
    /// <summary>
    /// Runs an experiment: pretrains, evaluates, fine-tunes and distils, as its spec says. Stages that are finished are not run again, and
    /// a stage that was interrupted goes on from its last checkpoint. The folder of the run then holds what <c>simclr run</c> leaves,
    /// except for the generated code, which the application has.
    /// </summary>
    /// <param name="experiment">The experiment: a property of the generated class <c>Experiments</c>.</param>
    /// <param name="settings">What to choose besides the spec; null for the defaults.</param>
    /// <param name="observer">Is told how the run goes; null for nobody.</param>
    /// <param name="cancellation">
    /// Asks the run to end early. A stage that trains ends after its current step and saves where it stands.
    /// </param>
    /// <returns>The accuracies and networks of all stages. The computation takes a thread of its own.</returns>
    /// <exception cref="ArgumentException">A setting is not one that this experiment can have.</exception>
    /// <exception cref="InputException">Images are missing or damaged, or the folder of runs cannot be written.</exception>
    /// <exception cref="DivergedException">Training diverged.</exception>
    /// <exception cref="OperationCanceledException">The run has ended early, as <paramref name="cancellation"/> asked.</exception>
    public static async Task<RunOutcome> Run(
        this IExperiment experiment,
        RunSettings? settings = null,
        IRunObserver? observer = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(experiment);
        var request = Request(experiment, settings ?? new());
        cancellation.ThrowIfCancellationRequested();
        var stop = new StopRequest();
        using var registration = cancellation.Register(() => stop.Raise("cancelled"));
        return await Task
            .Factory.StartNew(
                () => Complete(request with { Stop = stop }, observer ?? RunObserver.None),
                CancellationToken.None,
                TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
                TaskScheduler.Default
            )
            .ConfigureAwait(false);
    }

    // A value for what cannot be used becomes an exception again, as applications expect; a training that diverged is one from the start.
    private static RunOutcome Complete(RunRequest request, IRunObserver observer) =>
        RunExecution.ToEnd(PreparedRun.Of(request, observer).OrThrow(), observer);

    private static RunRequest Request(IExperiment experiment, RunSettings settings) =>
        new(experiment, SpecOf(experiment.Spec, settings), settings.Output)
        {
            Device = Computation.DeviceOf(settings.Device).OrThrow(),
            DataFolder = Environment.CurrentDirectory,
            Only = settings.Only,
            Again = settings.Again,
            OnlineShare = settings.OnlineShare,
            TensorBoard = settings.TensorBoard,
            Checkpoints = settings.Checkpoints,
        };

    // The generated code depends neither on the seed nor on the precision nor on the folder of the images.
    private static Spec SpecOf(Spec spec, RunSettings settings)
    {
        if (settings.Seed is < 0)
        {
            throw new ArgumentException($"The seed is {settings.Seed}, but must be at least 0.", nameof(settings));
        }

        if (settings.Data is not null && spec.Data.Source == DataSource.Synthetic)
        {
            throw new ArgumentException($"'{spec.Name}' makes its images itself, so it takes no folder of images.", nameof(settings));
        }

        return spec.WithSeed(settings.Seed ?? spec.Seed) with
        {
            Precision = settings.Precision ?? spec.Precision,
            Data = settings.Data is { } folder ? spec.Data with { Path = folder } : spec.Data,
        };
    }
}
