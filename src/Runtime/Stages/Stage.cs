using LanguageExt;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Stages;

/// <summary>
/// One stage of an experiment, wired by generated code to the stages before it. A run is a fold: each stage makes the next
/// <see cref="RunState"/> of the one before. A stage that is not asked for measures nothing; if it trains, it still offers its saved
/// network to later stages. A stage that is finished already hands on its results and its network.
/// </summary>
public abstract class Stage
{
    private protected Stage() { }

    /// <summary>Its name, as in <c>--only</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Runs the stages in order.</summary>
    public static RunState RunAll(IEnumerable<Stage> stages, StageContext context) =>
        stages.Aggregate(RunState.Empty, (state, stage) => stage.Run(state, context));

    /// <summary>
    /// Takes one step of a stage again, from the newest checkpoint before it or from the beginning of the stage, and writes nothing.
    /// </summary>
    /// <param name="stages">The stages of the experiment, in order.</param>
    /// <param name="context">The world. <see cref="RunOptions.Only"/> names the stage, which must train a network.</param>
    /// <param name="step">The step, counted from 1.</param>
    /// <exception cref="InputException">The stage has no such step, or an earlier stage that it goes on from has left no network.</exception>
    public static ReplayedStep Replay(IReadOnlyList<Stage> stages, StageContext context, int step)
    {
        var before = stages.TakeWhile(stage => stage.Name != context.Options.Only).ToList();
        return stages.Skip(before.Count).First().Replay(RunAll(before, context), context, step);
    }

    internal abstract RunState Run(RunState state, StageContext context);

    internal abstract ReplayedStep Replay(RunState state, StageContext context, int step);

    /// <summary>The network that this stage has saved.</summary>
    /// <param name="checkpoint">Path of the checkpoint.</param>
    /// <param name="needed">Metadata that the checkpoint must have.</param>
    /// <param name="options">Device and type to compute in, and the seed of the run.</param>
    /// <returns>The network, or that the checkpoint cannot be read or holds another network.</returns>
    internal abstract Either<InputError, NetworkFunctions> Saved(
        string checkpoint,
        IReadOnlyDictionary<string, string> needed,
        RunOptions options
    );
}

/// <summary>A stage that measures and leaves no network.</summary>
public abstract class MeasuringStage : Stage
{
    private protected MeasuringStage() { }

    internal override RunState Run(RunState state, StageContext context)
    {
        if (!context.Runs(Name))
        {
            return state;
        }

        if (context.ReuseOrBegin(Name) is { } finished)
        {
            return state.With(Name, finished.Stage.Results);
        }

        var next = Measure(state, context);
        if (Ranks.IsFirst)
        {
            context.Store.Finish(Name, next.Results.Of(Name), pretrain: null);
        }

        return next;
    }

    internal override Either<InputError, NetworkFunctions> Saved(
        string checkpoint,
        IReadOnlyDictionary<string, string> needed,
        RunOptions options
    ) => throw new InvalidOperationException($"Stage '{Name}' leaves no network.");

    internal override ReplayedStep Replay(RunState state, StageContext context, int step) =>
        throw new InvalidOperationException($"Stage '{Name}' trains no network.");

    private protected abstract RunState Measure(RunState state, StageContext context);
}

/// <summary>
/// The network of an earlier stage, for stages that must not change it: they can ask for its outputs and cannot access its parameters. It
/// is trained, or read from its checkpoint, when it is first needed.
/// </summary>
public sealed class FrozenNetwork(Func<RunState, Frozen> of)
{
    internal Frozen Of(RunState state) => of(state);
}
