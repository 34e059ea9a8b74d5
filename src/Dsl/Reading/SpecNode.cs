using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>
/// What both front ends read: a tree of text, untyped, with the place of each piece. Keys are the YAML keys and choices are written as
/// YAML writes them, whichever front end made the tree, so that one binder serves both.
/// </summary>
public abstract record SpecNode
{
    private SpecNode(SourceSpan span) => Span = span;

    /// <summary>Where the node was written.</summary>
    public SourceSpan Span { get; init; }

    /// <summary>One function for each kind of node: a new kind breaks every caller at compile time.</summary>
    public abstract T Match<T>(Func<Scalar, T> scalar, Func<List, T> list, Func<Map, T> map, Func<Unread, T> unread);

    /// <summary>A single value. Quoted text is never a number, a flag or <c>none</c>.</summary>
    public sealed record Scalar(string Text, bool Quoted, SourceSpan Span) : SpecNode(Span)
    {
        /// <summary>Nothing was written after the key.</summary>
        public bool IsEmpty => !Quoted && Text.Length == 0;

        /// <summary>Says that there is no value.</summary>
        public bool IsNone => !Quoted && Text is ("none" or "null" or "~");

        public override T Match<T>(Func<Scalar, T> scalar, Func<List, T> list, Func<Map, T> map, Func<Unread, T> unread) => scalar(this);
    }

    /// <summary>Values in brackets.</summary>
    public sealed record List(Sequence<SpecNode> Items, SourceSpan Span) : SpecNode(Span)
    {
        public override T Match<T>(Func<Scalar, T> scalar, Func<List, T> list, Func<Map, T> map, Func<Unread, T> unread) => list(this);
    }

    /// <summary>Keys with values.</summary>
    public sealed record Map(Sequence<Entry> Entries, SourceSpan Span) : SpecNode(Span)
    {
        /// <summary>Whether it may have had further keys, which could not be read; the error is reported already.</summary>
        public bool IsPartial { get; init; }

        /// <summary>The entry of a key, if it is there.</summary>
        public Entry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);

        public override T Match<T>(Func<Scalar, T> scalar, Func<List, T> list, Func<Map, T> map, Func<Unread, T> unread) => map(this);
    }

    /// <summary>A place whose value could not be read. The error is reported already; nothing is known about the value.</summary>
    public sealed record Unread(SourceSpan Span) : SpecNode(Span)
    {
        public override T Match<T>(Func<Scalar, T> scalar, Func<List, T> list, Func<Map, T> map, Func<Unread, T> unread) => unread(this);
    }

    /// <summary>One key of a map with its value.</summary>
    public sealed record Entry(string Key, SourceSpan KeySpan, SpecNode Value);
}
