using System.Collections;
using System.Globalization;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>The parameters or the statistics of a sequence of blocks of one type, one record for each block.</summary>
/// <param name="blocks">The records, in the order of the blocks.</param>
public sealed class Chain<T>(IReadOnlyList<T> blocks) : ITree<Chain<T>>, IReadOnlyList<T>
    where T : class, ITree<T>
{
    private readonly T[] blocks = [.. blocks];

    /// <summary>Number of blocks.</summary>
    public int Count => blocks.Length;

    /// <summary>The record of a block.</summary>
    /// <param name="index">Position of the block, from 0.</param>
    public T this[int index] => blocks[index];

    /// <inheritdoc/>
    public Chain<T> Map(LeafPath path, LeafMap map) =>
        new([.. blocks.Select((block, i) => block.Map(path / i.ToString(CultureInfo.InvariantCulture), map))]);

    /// <summary>Enumerates the records in the order of the blocks.</summary>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)blocks).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Initialises and runs chains of blocks.</summary>
public static class Chain
{
    /// <summary>Initialises <paramref name="count"/> blocks, each from its own key.</summary>
    /// <param name="key">The key that theirs are derived from.</param>
    /// <param name="count">Number of blocks.</param>
    /// <param name="init">Makes the parameters of one block.</param>
    public static Chain<TParams> Init<TParams>(Key key, int count, Func<Key, TParams> init)
        where TParams : class, ITree<TParams> => new([.. Enumerable.Range(0, count).Select(i => init(key.At(i)))]);

    /// <summary>Applies a function to the parameters of each block, such as the one that makes its initial statistics.</summary>
    /// <param name="blocks">The parameters.</param>
    /// <param name="of">Makes the statistics of one block.</param>
    public static Chain<TState> Each<TParams, TState>(this Chain<TParams> blocks, Func<TParams, TState> of)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => new([.. blocks.Select(of)]);

    /// <summary>Applies the blocks to x one after the other, each by <c>Block.Apply</c>.</summary>
    /// <param name="block">Forward function of a block.</param>
    /// <param name="p">Parameters of the blocks.</param>
    /// <param name="s">Running statistics of the blocks.</param>
    /// <param name="x">Input [N, C, H, W].</param>
    /// <param name="phase">Which statistics the batch norms use.</param>
    /// <returns>The output of the last block and the next running statistics.</returns>
    public static (Activation Y, Chain<TState> Next) Forward<TParams, TState>(
        Block.Function<TParams, TState> block,
        Chain<TParams> p,
        Chain<TState> s,
        Activation x,
        Phase phase
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => Fold(block, Block.Apply, p, s, x, phase);

    /// <summary>Applies the blocks to x one after the other, each with activation checkpointing by <see cref="Block.Recompute"/>.</summary>
    /// <param name="block">Forward function of a block.</param>
    /// <param name="p">Parameters of the blocks.</param>
    /// <param name="s">Running statistics of the blocks.</param>
    /// <param name="x">Input [N, C, H, W].</param>
    /// <param name="phase">Which statistics the batch norms use.</param>
    /// <returns>The output of the last block and the next running statistics.</returns>
    public static (Activation Y, Chain<TState> Next) Recompute<TParams, TState>(
        Block.Function<TParams, TState> block,
        Chain<TParams> p,
        Chain<TState> s,
        Activation x,
        Phase phase
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => Fold(block, Block.Recompute, p, s, x, phase);

    private delegate (Activation Y, TState Next) Application<TParams, TState>(
        Block.Function<TParams, TState> block,
        TParams p,
        TState s,
        Activation x,
        Phase phase
    );

    private static (Activation Y, Chain<TState> Next) Fold<TParams, TState>(
        Block.Function<TParams, TState> block,
        Application<TParams, TState> apply,
        Chain<TParams> p,
        Chain<TState> s,
        Activation x,
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
