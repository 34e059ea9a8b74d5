using System.Collections;
using System.Globalization;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>Equal blocks in sequence: one record per block, one type for all of them. Depth is the count.</summary>
public sealed class Chain<T>(IReadOnlyList<T> blocks) : ITree<Chain<T>>, IReadOnlyList<T>
    where T : class, ITree<T>
{
    private readonly T[] blocks = [.. blocks];

    public int Count => blocks.Length;

    public T this[int index] => blocks[index];

    public Chain<T> Map(LeafPath path, LeafMap map) =>
        new([.. blocks.Select((block, i) => block.Map(path / i.ToString(CultureInfo.InvariantCulture), map))]);

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)blocks).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>What can be done with a chain of blocks.</summary>
public static class Chain
{
    /// <summary>Initialises <paramref name="count"/> blocks from independent keys.</summary>
    public static Chain<TParams> Init<TParams>(Key key, int count, Func<Key, TParams> init)
        where TParams : class, ITree<TParams> => new([.. Enumerable.Range(0, count).Select(i => init(key.At(i)))]);

    /// <summary>The statistics of each block, made from its parameters.</summary>
    public static Chain<TState> Each<TParams, TState>(this Chain<TParams> blocks, Func<TParams, TState> of)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => new([.. blocks.Select(of)]);

    /// <summary>Feeds x through the blocks one after the other, each by <see cref="Block.Apply"/>.</summary>
    public static (Tensor Y, Chain<TState> Next) Forward<TParams, TState>(
        Block.Function<TParams, TState> block,
        Chain<TParams> p,
        Chain<TState> s,
        Tensor x,
        Phase phase
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => Fold(block, Block.Apply, p, s, x, phase);

    /// <summary>The same, each by <see cref="Block.Recompute"/>.</summary>
    public static (Tensor Y, Chain<TState> Next) Recompute<TParams, TState>(
        Block.Function<TParams, TState> block,
        Chain<TParams> p,
        Chain<TState> s,
        Tensor x,
        Phase phase
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => Fold(block, Block.Recompute, p, s, x, phase);

    private delegate (Tensor Y, TState Next) Application<TParams, TState>(
        Block.Function<TParams, TState> block,
        TParams p,
        TState s,
        Tensor x,
        Phase phase
    );

    private static (Tensor Y, Chain<TState> Next) Fold<TParams, TState>(
        Block.Function<TParams, TState> block,
        Application<TParams, TState> apply,
        Chain<TParams> p,
        Chain<TState> s,
        Tensor x,
        Phase phase
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var next = new TState[p.Count];
        for (var i = 0; i < p.Count; i++)
        {
            (x, next[i]) = apply(block, p[i], s[i], x, phase);
        }

        return (x, new(next));
    }
}
