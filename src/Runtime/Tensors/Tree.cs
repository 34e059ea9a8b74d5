using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tensors;

/// <summary>Gives the new tensor for a leaf.</summary>
public delegate Tensor LeafMap(Leaf leaf);

/// <summary>
/// An immutable record of tensors and of other trees. One generated function, <see cref="Map"/>, visits the leaves in declaration
/// order and rebuilds the record; listing, pairing, saving and moving are written once, on top of it.
/// </summary>
public interface ITree<TSelf>
    where TSelf : class, ITree<TSelf>
{
    /// <summary>The same record with every leaf replaced by what <paramref name="map"/> makes of it.</summary>
    TSelf Map(LeafPath path, LeafMap map);
}

/// <summary>What can be done with any tree.</summary>
public static class Tree
{
    /// <summary>The leaves in declaration order.</summary>
    public static IReadOnlyList<Leaf> Leaves<T>(this T tree)
        where T : class, ITree<T>
    {
        var leaves = new List<Leaf>();
        tree.Map(
            LeafPath.Root,
            leaf =>
            {
                leaves.Add(leaf);
                return leaf.Value;
            }
        );
        return leaves;
    }

    /// <summary>Maps a tensor that a step reads of its batch.</summary>
    public static Tensor Input(this LeafMap map, LeafPath path, Tensor value) => map(new(path, LeafRole.Input, value));

    public static T Map<T>(this T tree, Func<Tensor, Tensor> map)
        where T : class, ITree<T> => tree.Map(LeafPath.Root, leaf => map(leaf.Value));

    public static T Map<T>(this T tree, LeafMap map)
        where T : class, ITree<T> => tree.Map(LeafPath.Root, map);

    /// <summary>Combines two trees of the same shape leaf by leaf.</summary>
    public static T Zip<T>(this T tree, T other, Func<Tensor, Tensor, Tensor> combine)
        where T : class, ITree<T> => tree.With(other.Leaves().Select(static leaf => leaf.Value), combine);

    /// <summary>The same tree with its leaves replaced, in order, by <paramref name="values"/>.</summary>
    public static T With<T>(this T tree, IEnumerable<Tensor> values)
        where T : class, ITree<T> => tree.With(values, static (_, value) => value);

    /// <summary>Independent copies of all leaves.</summary>
    public static T Clone<T>(this T tree)
        where T : class, ITree<T> => tree.Map(static tensor => tensor.detach().clone());

    public static T To<T>(this T tree, Device device)
        where T : class, ITree<T> => tree.Map(tensor => tensor.to(device));

    /// <summary>Zeros in the tree's shapes: momentum before the first step.</summary>
    public static T ZerosLike<T>(this T tree)
        where T : class, ITree<T> => tree.Map(static tensor => zeros_like(tensor));

    /// <summary>The mean of trees of the same shape, leaf by leaf; a leaf that is one tensor in all of them stays as it is.</summary>
    public static T Mean<T>(IReadOnlyList<T> trees)
        where T : class, ITree<T>
    {
        var leaves = trees.Select(static tree => tree.Leaves()).ToList();
        return trees[0].With(Enumerable.Range(0, leaves[0].Count).Select(i => Mean([.. leaves.Select(of => of[i].Value)])));
    }

    private static Tensor Mean(IReadOnlyList<Tensor> values) =>
        values.All(value => ReferenceEquals(value, values[0]))
            ? values[0]
            : values.Aggregate(static (sum, value) => sum + value) / values.Count;

    /// <summary>Number of values in all leaves.</summary>
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
