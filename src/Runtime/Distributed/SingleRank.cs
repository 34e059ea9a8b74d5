using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Distributed;

/// <summary>A process that computes a run alone: every collective operation leaves its values as they are.</summary>
internal sealed class SingleRank : IRanks, IPendingSum
{
    public int Rank => 0;

    public int Size => 1;

    public IPendingSum BeginSum(Tensor values, string what) => this;

    public Tensor Gather(Tensor values, string what) => values.unsqueeze(0);

    public void Broadcast(Tensor values, string what) { }

    public void At(string place) { }

    public void Wait() { }
}
