using SimClrDsl.Runtime.Distributed;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Distributed;

/// <summary>Ranks that are threads of one process. Sums are taken in the order of the ranks.</summary>
internal sealed class ThreadRanks : IRanks
{
    private readonly Meeting meeting;

    private ThreadRanks(Meeting meeting, int rank) => (this.meeting, Rank) = (meeting, rank);

    public int Rank { get; }

    public int Size => meeting.Values.Length;

    /// <summary>Computes on so many ranks at once, and returns what each returned. The first failure of a rank ends all of them.</summary>
    public static T[] Run<T>(int size, Func<T> compute)
    {
        using var meeting = new Meeting(size);
        var (results, failures) = (new T[size], new List<Exception>());
        var threads = Enumerable
            .Range(0, size)
            .Select(rank => new Thread(() =>
            {
                try
                {
                    using var joined = Ranks.OfThread(new ThreadRanks(meeting, rank));
                    results[rank] = compute();
                }
                catch (OperationCanceledException) { }
#pragma warning disable CA1031 // thrown again by the thread that waits
                catch (Exception failure)
#pragma warning restore CA1031
                {
                    lock (failures)
                    {
                        failures.Add(failure);
                    }

                    meeting.End();
                }
            }))
            .ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        return failures.Count == 0 ? results : throw new InvalidOperationException($"A rank failed: {failures[0]}", failures[0]);
    }

    public IPendingSum BeginSum(Tensor values, string what)
    {
        using var off = no_grad();
        var all = Exchange(values.detach().clone());
        values.copy_(all.Skip(1).Aggregate(all[0].clone(), static (sum, one) => sum.add_(one)));
        return new Summed();
    }

    public Tensor Gather(Tensor values, string what) => stack([.. Exchange(values.detach().clone())]);

    public void Broadcast(Tensor values, string what) => values.copy_(Exchange(values.detach().clone())[0]);

    public void At(string place) { }

    // The values of every rank. Nobody leaves before all have read them.
    private IReadOnlyList<Tensor> Exchange(Tensor own)
    {
        meeting.Values[Rank] = own;
        meeting.Wait();
        var all = meeting.Values.Select(static values => values.clone()).ToList();
        meeting.Wait();
        return all;
    }

    private sealed class Summed : IPendingSum
    {
        public void Wait() { }
    }

    private sealed class Meeting(int size) : IDisposable
    {
        private readonly Barrier barrier = new(size);
        private readonly CancellationTokenSource ended = new();

        public Tensor[] Values { get; } = new Tensor[size];

        public void Wait() => barrier.SignalAndWait(ended.Token);

        public void End() => ended.Cancel();

        public void Dispose()
        {
            barrier.Dispose();
            ended.Dispose();
        }
    }
}
