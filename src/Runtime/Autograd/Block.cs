using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>Runs a part of a network, with or without activation checkpointing.</summary>
public static class Block
{
    /// <summary>The forward function of a block, or of a whole network.</summary>
    /// <param name="p">Its parameters.</param>
    /// <param name="s">Its running statistics.</param>
    /// <param name="x">Its input [N, C, H, W]; for a network, images that are ready for it.</param>
    /// <param name="phase">Which statistics the batch norms use.</param>
    /// <returns>The output [N, C', H', W'], or [N, width], and the next running statistics.</returns>
    public delegate (Tensor Y, TState Next) Function<TParams, TState>(TParams p, TState s, Tensor x, Phase phase);

    /// <summary>
    /// Runs a block in its own dispose scope: when it returns, its intermediate tensors are freed, except those that the backward pass
    /// needs.
    /// </summary>
    /// <param name="block">The forward function.</param>
    /// <param name="p">Parameters of the block.</param>
    /// <param name="s">Running statistics of the block.</param>
    /// <param name="x">Input [N, C, H, W].</param>
    /// <param name="phase">Which statistics the batch norms use.</param>
    /// <returns>The output and the next running statistics.</returns>
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
    /// Runs a block with activation checkpointing (Chen et al., 2016): no intermediate tensor is kept, and the backward pass runs the block
    /// a second time. Output, statistics and gradients are bit for bit those of <see cref="Apply"/>.
    /// </summary>
    /// <param name="block">The forward function.</param>
    /// <param name="p">Parameters of the block.</param>
    /// <param name="s">Running statistics of the block.</param>
    /// <param name="x">Input [N, C, H, W].</param>
    /// <param name="phase">Which statistics the batch norms use.</param>
    /// <returns>The output and the next running statistics.</returns>
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
        var tracked = RecomputeFunction.Apply(y, inputs, again => RunAgain(block, p.With(again.Skip(1)), s, again[0], phase));
        return MovedOut(scope, tracked, next);
    }

    private static Tensor RunAgain<TParams, TState>(Function<TParams, TState> block, TParams p, TState s, Tensor x, Phase phase)
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
        return MovedOut(scope, y, next);
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

    private static (Tensor Y, TState Next) MovedOut<TState>(DisposeScope scope, Tensor y, TState next)
        where TState : class, ITree<TState>
    {
        scope.MoveToOuter(y);
        scope.MoveToOuter(next.Leaves().Select(static leaf => leaf.Value));
        return (y, next);
    }
}
