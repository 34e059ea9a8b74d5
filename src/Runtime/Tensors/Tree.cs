using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tensors;

/// <summary>Returns the tensor that replaces a leaf of a tree.</summary>
/// <param name="leaf">The leaf with its path and role.</param>
public delegate Tensor LeafMap(Leaf leaf);

/// <summary>
/// An immutable record of tensors and of other trees (a "pytree"). The generator writes one function for each record, <see cref="Map"/>,
/// which visits the leaves in declaration order and rebuilds the record. Everything else that works on trees is written once, on top of it,
/// in <see cref="Tree"/>.
/// </summary>
/// <typeparam name="TSelf">The record itself.</typeparam>
public interface ITree<TSelf>
    where TSelf : class, ITree<TSelf>
{
    /// <summary>A record of the same type in which every leaf is replaced by the result of <paramref name="map"/>.</summary>
    /// <param name="path">Path of this record, to which the names of its properties are appended.</param>
    /// <param name="map">Called once for each leaf, in declaration order.</param>
    TSelf Map(LeafPath path, LeafMap map);
}

/// <summary>Functions for all trees.</summary>
public static class Tree
{
    /// <summary>The leaves of a tree, in declaration order.</summary>
    /// <param name="tree">The tree.</param>
    public static IReadOnlyList<Leaf> Leaves<T>(this T tree)
        where T : class, ITree<T> => tree.Leaves(LeafPath.Root);

    /// <summary>The leaves of a tree that is a part of another, with their paths there.</summary>
    internal static IReadOnlyList<Leaf> Leaves<T>(this T tree, LeafPath path)
        where T : class, ITree<T>
    {
        var leaves = new List<Leaf>();
        tree.Map(
            path,
            leaf =>
            {
                leaves.Add(leaf);
                return leaf.Value;
            }
        );
        return leaves;
    }

    /// <summary>Applies a map to a leaf with the role <see cref="LeafRole.Input"/>.</summary>
    /// <param name="map">The map.</param>
    /// <param name="path">Path of the leaf.</param>
    /// <param name="value">The tensor.</param>
    public static Tensor Input(this LeafMap map, LeafPath path, Tensor value) => map(new(path, LeafRole.Input, value));

    /// <summary>The tree with every tensor replaced by the result of <paramref name="map"/>.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="map">Called once for each tensor, in declaration order.</param>
    public static T Map<T>(this T tree, Func<Tensor, Tensor> map)
        where T : class, ITree<T> => tree.Map(LeafPath.Root, leaf => map(leaf.Value));

    /// <summary>The tree with every leaf replaced by the result of <paramref name="map"/>, with paths from this tree on.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="map">Called once for each leaf, in declaration order.</param>
    public static T Map<T>(this T tree, LeafMap map)
        where T : class, ITree<T> => tree.Map(LeafPath.Root, map);

    /// <summary>Combines two trees of the same structure leaf by leaf.</summary>
    /// <param name="tree">The first tree.</param>
    /// <param name="other">The second tree.</param>
    /// <param name="combine">Returns the new tensor for a pair of tensors.</param>
    /// <exception cref="ArgumentException">The second tree has fewer leaves.</exception>
    public static T Zip<T>(this T tree, T other, Func<Tensor, Tensor, Tensor> combine)
        where T : class, ITree<T> => tree.With(other.Leaves().Select(static leaf => leaf.Value), combine);

    /// <summary>The tree with its leaves replaced, in order, by <paramref name="values"/>.</summary>
    internal static T With<T>(this T tree, IEnumerable<Tensor> values)
        where T : class, ITree<T> => tree.With(values, static (_, value) => value);

    /// <summary>A copy of the tree that shares no memory with it and has no gradient.</summary>
    /// <param name="tree">The tree.</param>
    public static T Clone<T>(this T tree)
        where T : class, ITree<T> => tree.Map(static tensor => tensor.detach().clone());

    /// <summary>The tree with its tensors on a device.</summary>
    internal static T To<T>(this T tree, Device device)
        where T : class, ITree<T> => tree.Map(tensor => tensor.to(device));

    /// <summary>A tree of zeros in the same shapes and types, such as the momentum before the first step.</summary>
    /// <param name="tree">The tree.</param>
    public static T ZerosLike<T>(this T tree)
        where T : class, ITree<T> => tree.Map(static tensor => zeros_like(tensor));

    /// <summary>
    /// The mean of trees of the same structure, leaf by leaf. A leaf that is the same tensor object in all of them is returned unchanged.
    /// </summary>
    internal static T Mean<T>(IReadOnlyList<T> trees)
        where T : class, ITree<T>
    {
        var leaves = trees.Select(static tree => tree.Leaves()).ToList();
        return trees[0].With(Enumerable.Range(0, leaves[0].Count).Select(i => Mean([.. leaves.Select(of => of[i].Value)])));
    }

    private static Tensor Mean(IReadOnlyList<Tensor> values) =>
        values.All(value => ReferenceEquals(value, values[0]))
            ? values[0]
            : values.Aggregate(static (sum, value) => sum + value) / values.Count;

    /// <summary>Total number of elements of all leaves.</summary>
    /// <param name="tree">The tree.</param>
    public static long Count<T>(this T tree)
        where T : class, ITree<T> => tree.Leaves().Sum(static leaf => leaf.Value.numel());

    private static T With<T>(this T tree, IEnumerable<Tensor> values, Func<Tensor, Tensor, Tensor> combine)
        where T : class, ITree<T>
    {
        using var next = values.GetEnumerator();
        return tree.Map(
            LeafPath.Root,
            leaf =>
                next.MoveNext()
                    ? combine(leaf.Value, next.Current)
                    : throw new ArgumentException($"The other tree ends before leaf '{leaf.Path}'.", nameof(values))
        );
    }
}
