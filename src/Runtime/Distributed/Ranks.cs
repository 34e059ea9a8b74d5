using System.Text;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Distributed;

/// <summary>
/// The ranks that this process computes with. Layers, losses and gradients ask for them here, as libtorch's operators ask whether gradients
/// are enabled, so a generated network is the same code on one rank and on many.
/// </summary>
public static class Ranks
{
    [ThreadStatic]
    private static IRanks? ofThread;

    private static IRanks ofProcess = new SingleRank();

    /// <summary>The ranks of this thread; a single one unless the process has joined others.</summary>
    public static IRanks Current => ofThread ?? ofProcess;

    /// <summary>Whether this is the rank that writes files and prints.</summary>
    public static bool IsFirst => Current.Rank == 0;

    /// <summary>Makes this process one of several ranks, for the rest of its life.</summary>
    /// <param name="ranks">The ranks.</param>
    public static void Join(IRanks ranks) => ofProcess = ranks;

    /// <summary>Lets this thread compute as one of several ranks until the result is disposed.</summary>
    internal static IDisposable OfThread(IRanks ranks)
    {
        ofThread = ranks;
        return new Leaving();
    }

    /// <summary>The samples of every batch that this rank computes.</summary>
    internal static Share Share(this IRanks ranks) => new(ranks.Rank, ranks.Size);

    /// <summary>Replaces values by their sum over all ranks.</summary>
    internal static void Sum(this IRanks ranks, Tensor values, string what) => ranks.BeginSum(values, what).Wait();

    /// <summary>Replaces the leaves of a tree by those of rank 0. Their shapes must be the same on all ranks.</summary>
    internal static void Broadcast<T>(this IRanks ranks, T tree, string what)
        where T : class, ITree<T> => ranks.Broadcast(tree.Leaves(), what);

    /// <summary>Replaces the values of leaves by those of rank 0.</summary>
    internal static void Broadcast(this IRanks ranks, IEnumerable<Leaf> leaves, string what)
    {
        if (ranks.Size == 1)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        foreach (var leaf in leaves.Where(static leaf => leaf.Value.numel() > 0))
        {
            var values = leaf.Value.detach().contiguous();
            ranks.Broadcast(values, $"{what} {leaf.Path}");
            leaf.Value.detach().copy_(values);
        }
    }

    /// <summary>
    /// Positions of this rank's share of so many things. All ranks have equally many: those that would have one less have the first thing
    /// once more.
    /// </summary>
    internal static int[] Positions(this IRanks ranks, int count)
    {
        var share = ranks.Share();
        return [.. Enumerable.Range(0, (count + ranks.Size - 1) / ranks.Size).Select(i => (int)(share.Position(i) % count))];
    }

    /// <summary>Rows for all of so many things, from each rank's for its <see cref="Positions"/>.</summary>
    internal static Tensor GatherRows(this IRanks ranks, Tensor rows, int count, string what) =>
        ranks.Size == 1
            ? rows
            : ranks.Gather(rows.cpu().contiguous(), what).transpose(0, 1).flatten(0, 1).narrow(0, 0, count).contiguous().to(rows.device);

    /// <summary>What rank 0 finds, on every rank. The others do not look: they may not even see its files.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="find">Called on rank 0 only, which computes alone meanwhile; may return null.</param>
    /// <param name="what">What is found, for messages.</param>
    public static string? Agree(this IRanks ranks, Func<string?> find, string what)
    {
        if (ranks.Size == 1)
        {
            return find();
        }

        var found = ranks.Rank == 0 ? Alone(find) : null; // tensors that it makes belong to the caller's scope
        using var scope = NewDisposeScope();
        var bytes = Encoding.UTF8.GetBytes(found ?? "");
        var length = tensor(new[] { found is null ? -1L : bytes.Length });
        ranks.Broadcast(length, what);
        var count = length.item<long>();
        if (count <= 0)
        {
            return count < 0 ? null : "";
        }

        var text = ranks.Rank == 0 ? tensor(bytes) : empty(count, dtype: ScalarType.Byte);
        ranks.Broadcast(text, what);
        return Encoding.UTF8.GetString(text.bytes);
    }

    // A batch norm that asked the other ranks for their statistics would wait for ever: they are waiting for what is found.
    private static string? Alone(Func<string?> find)
    {
        var before = ofThread;
        ofThread = new SingleRank();
        try
        {
            return find();
        }
        finally
        {
            ofThread = before;
        }
    }

    private sealed class Leaving : IDisposable
    {
        public void Dispose() => ofThread = null;
    }
}
