using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Distributed;

/// <summary>Ranks that note what is summed, in the order in which the sums begin.</summary>
internal sealed class RecordedRanks(IRanks ranks) : IRanks
{
    private readonly List<(string What, long Values)> sums = [];

    /// <summary>What this thread's ranks sum in the first step of a training.</summary>
    public static IReadOnlyList<(string What, long Values)> SumsOfStep<TParams, TState, TBatch>(Func<Trial<TParams, TState, TBatch>> trial)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TBatch : class
    {
        using var scope = NewDisposeScope();
        var heard = new RecordedRanks(Ranks.Current);
        using var joined = Ranks.OfThread(heard);
        _ = Taken.Of(trial(), steps: 1, float32);
        return heard.Sums;
    }

    /// <summary>What was summed, and how many values.</summary>
    public IReadOnlyList<(string What, long Values)> Sums => sums;

    public int Rank => ranks.Rank;

    public int Size => ranks.Size;

    public IPendingSum BeginSum(Tensor values, string what)
    {
        sums.Add((what, values.numel()));
        return ranks.BeginSum(values, what);
    }

    public Tensor Gather(Tensor values, string what) => ranks.Gather(values, what);

    public void Broadcast(Tensor values, string what) => ranks.Broadcast(values, what);

    public void At(string place) => ranks.At(place);
}
