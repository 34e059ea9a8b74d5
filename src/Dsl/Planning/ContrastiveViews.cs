namespace SimClrDsl.Planning;

/// <summary>
/// Which views of a step's images go through the trained network, and how many at a time. A closed union: <see cref="Match{T}"/> has one
/// parameter a case. Where only first views go through it, the memory network has the second ones.
/// </summary>
public abstract record ContrastiveViews
{
    private ContrastiveViews() { }

    internal static ContrastiveViews Of(bool firstOnly, int? microbatch) =>
        microbatch is { } images
            ? (firstOnly ? new FirstInParts(images) : new BothInParts(images))
            : (firstOnly ? new First() : new Both());

    /// <summary>Calls the function for this case.</summary>
    public T Match<T>(Func<Both, T> both, Func<BothInParts, T> bothInParts, Func<First, T> first, Func<FirstInParts, T> firstInParts) =>
        this switch
        {
            Both views => both(views),
            BothInParts views => bothInParts(views),
            First views => first(views),
            FirstInParts views => firstInParts(views),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(ContrastiveViews)}."),
        };

    /// <summary>Both views of all images, in one batch.</summary>
    public sealed record Both : ContrastiveViews;

    /// <summary>Both views, in microbatches.</summary>
    /// <param name="Images">Images of a microbatch, of each of which it has two views.</param>
    public sealed record BothInParts(int Images) : ContrastiveViews;

    /// <summary>The first view of all images, in one batch.</summary>
    public sealed record First : ContrastiveViews;

    /// <summary>The first views, in microbatches.</summary>
    /// <param name="Images">Images of a microbatch.</param>
    public sealed record FirstInParts(int Images) : ContrastiveViews;
}

/// <summary>What the contrastive loss compares a projection with.</summary>
public enum ContrastiveCandidates
{
    /// <summary>The other projections of the batch (Eq. 1).</summary>
    Batch,

    /// <summary>The memory network's projections of the batch, and the queue.</summary>
    KeysAndQueue,

    /// <summary>The other projections of the batch, and the queue.</summary>
    BatchAndQueue,

    /// <summary>First views only: the memory network's projections of the second ones, and the queue.</summary>
    SecondKeysAndQueue,
}
