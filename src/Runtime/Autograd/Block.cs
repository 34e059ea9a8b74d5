using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>How a part of a network is run: what its inner tensors cost, in memory and in time.</summary>
public static class Block
{
    /// <summary>A part's forward function.</summary>
    public delegate (Tensor Y, TState Next) Function<TParams, TState>(TParams p, TState s, Tensor x, Phase phase);

    /// <summary>
    /// Runs the block in a scope of its own: when it returns, only what its backward pass needs is still in memory, not every tensor made on
    /// the way.
    /// </summary>
    public static (Tensor Y, TState Next) Apply<TParams, TState>(
        Function<TParams, TState> block,
        TParams p,
        TState s,
        Tensor x,
        Phase phase
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var span = Spans.OfBlock(StepPhase.Forward, block);
        return Scoped(block, p, s, x, phase);
    }

    /// <summary>
    /// Activation checkpointing (Chen et al., 2016): the block's inner tensors are not kept at all, the backward pass runs the block a second
    /// time. Output, statistics and gradients are those of <see cref="Apply"/>, to the bit.
    /// </summary>
    public static (Tensor Y, TState Next) Recompute<TParams, TState>(
        Function<TParams, TState> block,
        TParams p,
        TState s,
        Tensor x,
        Phase phase
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        if (!is_grad_enabled())
        {
            return Apply(block, p, s, x, phase);
        }

        using var span = Spans.OfBlock(StepPhase.Forward, block);
        using var scope = NewDisposeScope();
        var (y, next) = WithoutGradient(block, p, s, x, phase);
        var inputs = p.Leaves().Select(static leaf => leaf.Value).Prepend(x).ToList();
        var tracked = RecomputeFunction.Apply(y, inputs, again => Again(block, p.With(again.Skip(1)), s, again[0], phase));
        return Kept(scope, tracked, next);
    }

    private static Tensor Again<TParams, TState>(Function<TParams, TState> block, TParams p, TState s, Tensor x, Phase phase)
        where TState : class, ITree<TState>
    {
        using var span = Spans.OfBlock(StepPhase.Backward, block);
        return Scoped(block, p, s, x, phase).Y;
    }

    private static (Tensor Y, TState Next) Scoped<TParams, TState>(
        Function<TParams, TState> block,
        TParams p,
        TState s,
        Tensor x,
        Phase phase
    )
        where TState : class, ITree<TState>
    {
        using var scope = NewDisposeScope();
        var (y, next) = block(p, s, x, phase);
        return Kept(scope, y, next);
    }

    private static (Tensor Y, TState Next) WithoutGradient<TParams, TState>(
        Function<TParams, TState> block,
        TParams p,
        TState s,
        Tensor x,
        Phase phase
    )
    {
        using var off = no_grad();
        return block(p, s, x, phase);
    }

    private static (Tensor Y, TState Next) Kept<TState>(DisposeScope scope, Tensor y, TState next)
        where TState : class, ITree<TState>
    {
        scope.MoveToOuter(y);
        scope.MoveToOuter(next.Leaves().Select(static leaf => leaf.Value));
        return (y, next);
    }
}
