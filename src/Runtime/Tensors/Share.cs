namespace SimClrDsl.Runtime.Tensors;

/// <summary>
/// The samples of every batch that one rank computes: of k ranks, rank r has samples r, r + k, r + 2k and so on. Dealt out in turn like
/// this, the shares of the i-th microbatch together are the i-th microbatch of the whole batch. The default value is the whole batch.
/// </summary>
internal readonly record struct Share
{
    private readonly int rank;
    private readonly int otherRanks;

    /// <summary>The share of a rank, counted from 0, among so many.</summary>
    public Share(int rank, int ranks)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ranks);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, ranks);
        (this.rank, otherRanks) = (rank, ranks - 1);
    }

    /// <summary>Number of its samples in a batch of <paramref name="count"/>.</summary>
    /// <exception cref="ArgumentException">The ranks cannot share the batch evenly.</exception>
    public int Of(int count) =>
        count % (otherRanks + 1) == 0
            ? count / (otherRanks + 1)
            : throw new ArgumentException($"{otherRanks + 1} ranks cannot share {count} images evenly.", nameof(count));

    /// <summary>The position in the whole batch of sample <paramref name="i"/> of the share.</summary>
    public long Position(int i) => ((long)i * (otherRanks + 1)) + rank;
}
