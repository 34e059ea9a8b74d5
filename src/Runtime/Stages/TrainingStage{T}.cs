using LanguageExt;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

/// <summary>A stage that trains a network and hands it on.</summary>
/// <typeparam name="TStage">Says which stage it is.</typeparam>
/// <typeparam name="TParams">Type of the network's parameters.</typeparam>
/// <typeparam name="TState">Type of its running statistics.</typeparam>
public abstract class TrainingStage<TStage, TParams, TState> : Stage
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
{
    private protected TrainingStage(Model<TParams, TState> model) => Model = model;

    private protected Model<TParams, TState> Model { get; }

    /// <summary>The network for inference only, for later stages that must not change it.</summary>
    public FrozenNetwork Frozen() => Frozen(Model.Infer);

    /// <summary>The same, of a part of the network.</summary>
    public FrozenNetwork Frozen(Func<TParams, TState, Tensor, Tensor> infer) =>
        new(state =>
        {
            var (p, s) = NetworkOf(state);
            return new(x => infer(p, s, x));
        });

    /// <summary>The network, for a stage that goes on from it.</summary>
    internal Trained<TStage, TParams, TState> NetworkOf(RunState state) => (Trained<TStage, TParams, TState>)state.NetworkOf(this);
}

/// <summary>A stage that trains a network, with what its step carries and the batches it takes.</summary>
internal abstract class TrainingStage<TStage, TParams, TState, TCarried, TBatch> : TrainingStage<TStage, TParams, TState>
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
    where TCarried : class, ITree<TCarried>
{
    private protected TrainingStage(Trainee<TParams, TState, TCarried> trainee)
        : base(trainee.Model) => Trainee = trainee;

    private protected Trainee<TParams, TState, TCarried> Trainee { get; }

    internal override RunState Run(RunState state, StageContext context)
    {
        if (!context.Runs(Name))
        {
            return state.WithNetwork(this, () => Loaded(() => context.Store.Require(Name, neededBy: context.Options.Only!), context));
        }

        if (context.ReuseOrBegin(Name) is { } finished)
        {
            var reused = state.With(Name, finished.Stage.Results).With(state.Results.Pretrain ?? finished.Stage.Pretrain);
            return reused.WithNetwork(this, () => Loaded(() => finished.Run.Checkpoint(Name), context));
        }

        var (network, next) = Train(Prepare(state, context), state, context);
        if (Ranks.IsFirst)
        {
            context.Store.Begin(Name);
            Checkpoint.Save(context.Store.Checkpoint(Name), network, context.Store.Metadata(Name));
            context.Store.Finish(Name, next.Results.Of(Name), SummaryOf(next));
        }

        return next.WithNetwork(this, () => HandedOn(network));
    }

    internal override ReplayedStep Replay(RunState state, StageContext context, int step) =>
        StageReplay.Take(Prepare(state, context), step, context);

    /// <summary>The training of the stage, before its first step.</summary>
    private protected abstract PreparedTraining<TParams, TCarried, TBatch> Prepare(RunState state, StageContext context);

    /// <summary>Trains and measures. Returns the network with all that the step carries, and the run with the stage's results.</summary>
    private protected abstract (Network<TParams, TCarried> Network, RunState Next) Train(
        PreparedTraining<TParams, TCarried, TBatch> training,
        RunState state,
        StageContext context
    );

    /// <summary>What is written down of a finished stage besides its results.</summary>
    private protected virtual PretrainSummary? SummaryOf(RunState state) => null;

    /// <summary>The network before its first step, from random weights.</summary>
    private protected Network<TParams, TCarried> Fresh(StageContext context) => StageTraining.Fresh(Name, Trainee, context.Options);

    private Trained<TStage, TParams, TState> HandedOn(Network<TParams, TCarried> network)
    {
        var (p, s) = Trainee.Network(network.Params, network.State);
        return new(p, s);
    }

    internal override Either<InputError, NetworkFunctions> Saved(
        string checkpoint,
        IReadOnlyDictionary<string, string> needed,
        RunOptions options
    ) =>
        Loaded(() => checkpoint, needed, options)
            .Map(network => new NetworkFunctions(
                Outputs: new(x => Model.Infer(network.Params, network.State, x)),
                Features: new(x => Model.Features(network.Params, network.State, x))
            ));

    private Trained<TStage, TParams, TState> Loaded(Func<Either<InputError, string>> find, StageContext context) =>
        Loaded(find, context.Store.Needed(Name), context.Options).OrThrow();

    private Either<InputError, Trained<TStage, TParams, TState>> Loaded(
        Func<Either<InputError, string>> find,
        IReadOnlyDictionary<string, string> needed,
        RunOptions options
    ) =>
        from path in Ranks.IsFirst ? find() : ""
        from network in Read(path, needed, options)
        from same in OnEveryRank(path, network)
        select HandedOn(same);

    // The first rank reads the file. The others make a network of the same shapes.
    private Either<InputError, Network<TParams, TCarried>> Read(string path, IReadOnlyDictionary<string, string> needed, RunOptions options)
    {
        var fresh = StageTraining.Fresh(Name, Trainee, options);
        return Ranks.IsFirst ? Checkpoint.Load(path, fresh, needed) : fresh;
    }

    // The network of the first rank, on every rank.
    private Either<InputError, Network<TParams, TCarried>> OnEveryRank(string path, Network<TParams, TCarried> network)
    {
        Ranks.Current.Broadcast(network, "the network of an earlier stage:");
        return Soundness.Fault(network.Leaves()) is { } fault
            ? new InputError($"{path}: {fault.Path} holds {fault.Value}, so this network is of no use: train '{Name}' again, with --again.")
            : network;
    }
}
