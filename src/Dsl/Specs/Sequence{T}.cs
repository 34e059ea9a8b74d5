using System.Collections;
using System.Runtime.CompilerServices;

namespace SimClrDsl.Specs;

/// <summary>An immutable list with equality by value, so that records with such a list are valid cache keys of the generator.</summary>
/// <typeparam name="T">Type of the items, which must be equal by value too.</typeparam>
[CollectionBuilder(typeof(Sequence), nameof(Sequence.Create))]
public readonly struct Sequence<T> : IReadOnlyList<T>, IEquatable<Sequence<T>>
{
    private readonly T[]? items;

    internal Sequence(T[] items) => this.items = items;

    private T[] Items => items ?? [];

    /// <summary>Number of items.</summary>
    public int Count => Items.Length;

    /// <summary>The item at an index that counts from 0.</summary>
    public T this[int index] => Items[index];

    /// <summary>Whether both have equal items in the same order.</summary>
    public bool Equals(Sequence<T> other) => Items.SequenceEqual(other.Items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Sequence<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Items.Aggregate(17, static (hash, item) => unchecked((hash * 31) + (item?.GetHashCode() ?? 0)));

    /// <summary>The items in brackets, separated by commas, as YAML writes a list on one line.</summary>
    public override string ToString() => $"[{string.Join(", ", Items)}]";

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether both have equal items in the same order.</summary>
    public static bool operator ==(Sequence<T> left, Sequence<T> right) => left.Equals(right);

    /// <summary>Whether they differ in an item, in the order or in length.</summary>
    public static bool operator !=(Sequence<T> left, Sequence<T> right) => !left.Equals(right);
}

/// <summary>Makes sequences. The compiler turns a collection expression <c>[a, b]</c> into a call of <see cref="Create{T}"/>.</summary>
public static class Sequence
{
    /// <summary>A sequence of these items.</summary>
    public static Sequence<T> Create<T>(ReadOnlySpan<T> items) => new(items.ToArray());

    /// <summary>Reads all items once, into a sequence.</summary>
    public static Sequence<T> ToSequence<T>(this IEnumerable<T> items) => new(items.ToArray());
}
