using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>
/// The tree that both front ends make: untyped text with the place of each piece in its file. In the trees of both, keys and choices are
/// written as in YAML, so that one binder serves both. A closed union: <see cref="Match{T}"/> has one parameter for each case.
/// </summary>
public abstract record SpecNode
{
    private SpecNode(SourceSpan span) => Span = span;

    /// <summary>Where the node was written.</summary>
    public SourceSpan Span { get; init; }

    /// <summary>Calls the function for the kind of node that this is.</summary>
    public abstract T Match<T>(Func<Scalar, T> scalar, Func<List, T> list, Func<Map, T> map, Func<Unread, T> unread);

    /// <summary>A single value. Quoted text is never a number, a flag or <c>none</c>.</summary>
    /// <param name="Text">The text of the value, without quotes.</param>
    /// <param name="Quoted">Whether it was written in quotes.</param>
    /// <param name="Span">Where it was written.</param>
    public sealed record Scalar(string Text, bool Quoted, SourceSpan Span) : SpecNode(Span)
    {
        /// <summary>Whether nothing was written after the key.</summary>
        public bool IsEmpty => !Quoted && Text.Length == 0;

        /// <summary>Whether it says that there is no value: <c>none</c>, <c>null</c> or <c>~</c>.</summary>
        public bool IsNone => !Quoted && Text is ("none" or "null" or "~");

        /// <inheritdoc/>
        public override T Match<T>(Func<Scalar, T> scalar, Func<List, T> list, Func<Map, T> map, Func<Unread, T> unread) => scalar(this);
    }

    /// <summary>A list of values.</summary>
    /// <param name="Items">The values, in order.</param>
    /// <param name="Span">Where the list was written.</param>
    public sealed record List(Sequence<SpecNode> Items, SourceSpan Span) : SpecNode(Span)
    {
        /// <inheritdoc/>
        public override T Match<T>(Func<Scalar, T> scalar, Func<List, T> list, Func<Map, T> map, Func<Unread, T> unread) => list(this);
    }

    /// <summary>A map of keys to values.</summary>
    /// <param name="Entries">The entries, in order.</param>
    /// <param name="Span">Where the map was written.</param>
    public sealed record Map(Sequence<Entry> Entries, SourceSpan Span) : SpecNode(Span)
    {
        /// <summary>Whether the map may have further keys that could not be read. The error about them is reported already.</summary>
        public bool IsPartial { get; init; }

        /// <summary>The entry with a key; null where the map has none.</summary>
        public Entry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);

        /// <inheritdoc/>
        public override T Match<T>(Func<Scalar, T> scalar, Func<List, T> list, Func<Map, T> map, Func<Unread, T> unread) => map(this);
    }

    /// <summary>A value that could not be read, of which nothing is known. The error about it is reported already.</summary>
    /// <param name="Span">Where the value was written.</param>
    public sealed record Unread(SourceSpan Span) : SpecNode(Span)
    {
        /// <inheritdoc/>
        public override T Match<T>(Func<Scalar, T> scalar, Func<List, T> list, Func<Map, T> map, Func<Unread, T> unread) => unread(this);
    }

    /// <summary>A key of a map with its value.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="KeySpan">Where the key was written.</param>
    /// <param name="Value">The value.</param>
    public sealed record Entry(string Key, SourceSpan KeySpan, SpecNode Value);
}
