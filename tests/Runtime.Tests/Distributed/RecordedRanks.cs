using SimClrDsl.Runtime.Distributed;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Distributed;

/// <summary>Ranks that note what is summed, in the order in which the sums begin.</summary>
internal sealed class RecordedRanks(IRanks ranks) : IRanks
{
    private readonly List<(string What, long Values)> sums = [];

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
