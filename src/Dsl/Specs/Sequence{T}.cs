using System.Collections;
using System.Runtime.CompilerServices;

namespace SimClrDsl.Specs;

/// <summary>An immutable list that is equal by value, so that records holding one are valid cache keys of the generator.</summary>
[CollectionBuilder(typeof(Sequence), nameof(Sequence.Create))]
public readonly struct Sequence<T> : IReadOnlyList<T>, IEquatable<Sequence<T>>
{
    private readonly T[]? items;

    internal Sequence(T[] items) => this.items = items;

    private T[] Items => items ?? [];

    public int Count => Items.Length;

    public T this[int index] => Items[index];

    public bool Equals(Sequence<T> other) => Items.SequenceEqual(other.Items);

    public override bool Equals(object? obj) => obj is Sequence<T> other && Equals(other);

    public override int GetHashCode() => Items.Aggregate(17, static (hash, item) => unchecked((hash * 31) + (item?.GetHashCode() ?? 0)));

    public override string ToString() => $"[{string.Join(", ", Items)}]";

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public static bool operator ==(Sequence<T> left, Sequence<T> right) => left.Equals(right);

    public static bool operator !=(Sequence<T> left, Sequence<T> right) => !left.Equals(right);
}

/// <summary>Makes sequences; <c>[a, b]</c> calls <see cref="Create{T}"/>.</summary>
public static class Sequence
{
    public static Sequence<T> Create<T>(ReadOnlySpan<T> items) => new(items.ToArray());

    public static Sequence<T> ToSequence<T>(this IEnumerable<T> items) => new(items.ToArray());
}
