using System.Globalization;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

/// <summary>
/// Keeps a stage safe while it trains: it makes checkpoints, takes an interrupted stage up from the newest one, and ends the run where that
/// is asked for. Of several ranks the first one reads and writes; all of them stop, and make a checkpoint, after the same step.
/// </summary>
internal sealed class StageKeeper : IDisposable
{
    private readonly StageContext context;
    private readonly StageInfo info;
    private readonly List<CurvePoint> curve;
    private readonly CheckpointWriter? writer;
    private UnfinishedStage? found;
    private OnlinePoint? online;

    private StageKeeper(StageInfo info, StageContext context, UnfinishedStages files, int newest)
    {
        (this.info, this.context) = (info, context);
        var options = context.Options;
        if (options.Checkpoints is { } policy)
        {
            found = Agreed(() => files.Newest(context.Progress.Note, newest));
            writer = Ranks.IsFirst ? new(files, policy, options.Clock, text => context.Progress.Note($"{info.Stage}: {text}")) : null;
        }

        curve = [.. found?.Note.Curve ?? []];
        Meter = new(found?.Note.Measured, options.Device);
        if (found is not null)
        {
            context.Log?.GoOn(info.Stage, curve, found.Note.Position);
            context.Progress.Note(string.Create(CultureInfo.InvariantCulture, $"{info.Stage}: goes on after step {found.Note.Position}"));
        }

        options.Stop?.Heed(true);
    }

    /// <summary>What the stage itself keeps in its checkpoints.</summary>
    /// <param name="Note">A text.</param>
    /// <param name="Tensors">Tensors by name.</param>
    internal sealed record Aside(string? Note, IReadOnlyList<KeyValuePair<string, Tensor>> Tensors)
    {
        internal static Aside Nothing { get; } = new(Note: null, []);
    }

    /// <summary>Measures all that the stage trains.</summary>
    internal Meter Meter { get; }

    /// <summary>The points of the curves so far.</summary>
    internal IReadOnlyList<CurvePoint> Curve => curve;

    /// <summary>Where the stage stood when it was interrupted; null where it begins, or after it has been taken up.</summary>
    internal UnfinishedStage? Found => found;

    /// <summary>
    /// Finds where a stage stood, if it was interrupted, and puts its curves back to there. Where stages start over, its checkpoints are
    /// removed instead.
    /// </summary>
    /// <param name="info">The stage.</param>
    /// <param name="context">The world.</param>
    /// <param name="newest">Checkpoints of later steps than this one are passed over.</param>
    internal static StageKeeper Open(StageInfo info, StageContext context, int newest = int.MaxValue)
    {
        var files = context.Store.Unfinished(info.Stage);
        if (context.Store.Again)
        {
            files.Clear();
        }

        if (Ranks.IsFirst && context.Options.Checkpoints is not null && !files.Any() && files.Outdated() is { } why)
        {
            context.Progress.Note($"{info.Stage}: begins anew: {why}");
        }

        return new(info, context, files, newest);
    }

    /// <summary>A training state: the one that was saved if the stage was interrupted, else the given one.</summary>
    /// <param name="fresh">The state before the first step. It is filled with the saved one.</param>
    internal TrainState<TParams, TState> TakeUp<TParams, TState>(TrainState<TParams, TState> fresh)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        if (found is not { } saved)
        {
            return fresh;
        }

        found = null;
        Fill(fresh.AllLeaves(), saved.Tensors);
        foreach (var tensor in saved.Tensors.Values)
        {
            tensor.Dispose();
        }

        return fresh.At(saved.Note.Step);
    }

    /// <summary>Fills a tree with the tensors of the same names, which the first rank has.</summary>
    /// <exception cref="InputException">One is missing or of another shape or type.</exception>
    internal static void Fill(IReadOnlyList<Leaf> leaves, IReadOnlyDictionary<string, Tensor> saved)
    {
        if (Ranks.IsFirst)
        {
            FillHere(leaves, saved);
        }

        Ranks.Current.Broadcast(leaves, "the checkpoint:");
    }

    private static void FillHere(IReadOnlyList<Leaf> leaves, IReadOnlyDictionary<string, Tensor> saved)
    {
        if (WeightNames.Difference(leaves, saved) is { } difference)
        {
            throw new InputException($"the checkpoint does not hold this training: it {difference}; start over with --again.");
        }

        using var off = no_grad();
        foreach (var leaf in leaves)
        {
            leaf.Value.copy_(saved[leaf.Path]);
        }
    }

    /// <summary>Sees a training of the stage.</summary>
    /// <param name="before">Steps that the stage took for trainings before this one.</param>
    /// <param name="aside">What the stage itself keeps.</param>
    internal LoopObserver<TParams, TState> Observer<TParams, TState>(int before = 0, Aside? aside = null)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> =>
        new(
            info,
            point =>
            {
                curve.Add(point);
                context.Observe(info, point, online);
            }
        )
        {
            Stepped = state => Stepped(state, before + state.Step, aside ?? Aside.Nothing),
            Profiler = context.Options.Profiler,
            Watch = context.Options.Watch,
        };

    /// <summary>Keeps what was measured between two epochs, and shows it from now on.</summary>
    internal void Add(OnlinePoint point)
    {
        online = point;
        context.Log?.Append(point);
    }

    // Where the stage stood, on every rank; the first one alone has the tensors.
    private static UnfinishedStage? Agreed(Func<UnfinishedStage?> find)
    {
        UnfinishedStage? own = null;
        var note = Ranks.Current.Agree(() => (own = find())?.Note.ToJson(), "the newest checkpoint");
        return own ?? (UnfinishedNote.Parse(note) is { } told ? new(new Dictionary<string, Tensor>(), told) : null);
    }

    // Whether any rank is asked to end, and whether the first one finds a checkpoint due.
    private static (bool Stops, bool IsDue) Agreed(bool stops, bool isDue)
    {
        if (Ranks.Current.Size == 1)
        {
            return (stops, isDue);
        }

        using var flags = tensor(new[] { stops ? 1L : 0, isDue ? 1L : 0 });
        Ranks.Current.Sum(flags, "requests to end");
        return (flags[0].item<long>() > 0, flags[1].item<long>() > 0);
    }

    private static int SignalOfAnyRank(int own)
    {
        if (Ranks.Current.Size == 1)
        {
            return own;
        }

        using var scope = NewDisposeScope();
        return (int)Ranks.Current.Gather(tensor(new[] { (long)own }), "the signals that ask to end").max().item<long>();
    }

    /// <summary>Waits for the checkpoint that is being written.</summary>
    public void Dispose()
    {
        context.Options.Stop?.Heed(false);
        writer?.Dispose();
        Meter.Dispose();
    }

    private void Stepped<TParams, TState>(TrainState<TParams, TState> state, int position, Aside aside)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var (stops, isDue) = Agreed(context.Options.Stop?.Reason is not null, writer?.IsDue(position) ?? false);
        if (stops)
        {
            context.Progress.Clear();
            var where = string.Create(CultureInfo.InvariantCulture, $"{info.Stage}, step {position}, {Saved(Note())}");
            // Nobody leaves before the checkpoint is written.
            var signal = SignalOfAnyRank(context.Options.Stop?.Signal ?? 0);
            throw new RunStoppedException(context.Options.Stop?.Reason ?? "another rank was asked to end", where, signal);
        }

        if (isDue)
        {
            var note = Note();
            writer?.Begin(Tensors(), note);
        }

        string Saved(UnfinishedNote note)
        {
            try
            {
                return writer is null ? "not saved" : $"saved in {writer.Write(Tensors(), note)}";
            }
            catch (InputException trouble)
            {
                return $"not saved: {trouble.Message} The checkpoint before it stays, if there is one.";
            }
        }

        IEnumerable<KeyValuePair<string, Tensor>> Tensors() =>
            [.. state.AllLeaves().Select(static leaf => KeyValuePair.Create(leaf.Path, leaf.Value)), .. aside.Tensors];

        UnfinishedNote Note() => new(position, state.Step, Meter.Read(), [.. curve], aside.Note);
    }
}
