using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>Runs the parts of a network, with or without activation checkpointing.</summary>
public static class Block
{
    /// <summary>The forward function of a stem or of a residual block.</summary>
    /// <param name="p">Its parameters.</param>
    /// <param name="s">Its running statistics.</param>
    /// <param name="x">Its input [N, C, H, W].</param>
    /// <param name="phase">Which statistics the batch norms use.</param>
    /// <returns>The output [N, C', H', W'], and the next running statistics.</returns>
    public delegate (Activation Y, TState Next) Function<TParams, TState>(TParams p, TState s, Activation x, Phase phase);

    /// <summary>
    /// Runs a block in its own dispose scope: when it returns, its intermediate tensors are freed, except those that the backward pass
    /// needs. The input is freed too if the backward pass can compute it again (see <see cref="Activation"/>).
    /// </summary>
    /// <param name="block">The forward function.</param>
    /// <param name="p">Parameters of the block.</param>
    /// <param name="s">Running statistics of the block.</param>
    /// <param name="x">Input [N, C, H, W].</param>
    /// <param name="phase">Which statistics the batch norms use.</param>
    /// <returns>The output and the next running statistics.</returns>
    public static (Activation Y, TState Next) Apply<TParams, TState>(
        Function<TParams, TState> block,
        TParams p,
        TState s,
        Activation x,
        Phase phase
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var span = Spans.OfBlock(StepPhase.Forward, block);
        return Scoped(block, p, s, x, phase);
    }

    /// <summary>Runs a network within another one in its own dispose scope.</summary>
    /// <param name="network">The forward function.</param>
    /// <param name="p">Parameters of the network.</param>
    /// <param name="s">Running statistics of the network.</param>
    /// <param name="x">Images [N, C, H, W], ready for the network.</param>
    /// <param name="phase">Which statistics the batch norms use.</param>
    /// <returns>The output and the next running statistics.</returns>
    public static (Tensor Y, TState Next) Apply<TParams, TState>(
        NetworkFunction<TParams, TState> network,
        TParams p,
        TState s,
        Tensor x,
        Phase phase
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var span = Spans.OfBlock(StepPhase.Forward, network);
        using var scope = NewDisposeScope();
        var (y, next) = network(p, s, x, phase);
        MoveOut(scope, y, next);
        return (y, next);
    }

    /// <summary>
    /// Runs a block with activation checkpointing (Chen et al., 2016): no intermediate tensor is kept, and the backward pass runs the block
    /// a second time. Output, statistics and gradients are bit for bit those of <c>Apply</c>.
    /// </summary>
    /// <param name="block">The forward function.</param>
    /// <param name="p">Parameters of the block.</param>
    /// <param name="s">Running statistics of the block.</param>
    /// <param name="x">Input [N, C, H, W].</param>
    /// <param name="phase">Which statistics the batch norms use.</param>
    /// <returns>The output and the next running statistics.</returns>
    public static (Activation Y, TState Next) Recompute<TParams, TState>(
        Function<TParams, TState> block,
        TParams p,
        TState s,
        Activation x,
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
        var (y, next) = WithoutGradient(block, p, s, x.Value, phase);
        var inputs = p.Leaves().Select(static leaf => leaf.Value).Prepend(x.Value).ToList();
        var tracked = RecomputeFunction.Apply(y, inputs, again => RunAgain(block, p.With(again.Skip(1)), s, again[0], phase));
        MoveOut(scope, tracked, next);
        return (tracked, next);
    }

    private static Tensor RunAgain<TParams, TState>(Function<TParams, TState> block, TParams p, TState s, Tensor x, Phase phase)
        where TState : class, ITree<TState>
    {
        using var span = Spans.OfBlock(StepPhase.Backward, block);
        return Scoped(block, p, s, x, phase).Y;
    }

    private static (Activation Y, TState Next) Scoped<TParams, TState>(
        Function<TParams, TState> block,
        TParams p,
        TState s,
        Activation x,
        Phase phase
    )
        where TState : class, ITree<TState>
    {
        using var scope = NewDisposeScope();
        var (y, next) = block(p, s, x, phase);
        MoveOut(scope, y, next);
        Free(x);
        return (y with { Source = MovedOut(scope, y.Source) }, next);
    }

    // What the next block computes its input from. The tensors of the block itself are freed with its scope.
    private static Normalized? MovedOut(DisposeScope scope, Normalized? source)
    {
        if (source is not { Relu: true })
        {
            return null;
        }

        var moved = source with { Raw = source.Raw.detach(), Scale = source.Scale.detach(), Shift = source.Shift.detach() };
        scope.MoveToOuter(moved.Raw, moved.Scale, moved.Shift);
        return moved;
    }

    // Frees an input that the backward pass can compute again, now that a block has read it.
    private static void Free(Activation x)
    {
        if (x.Source is { } source)
        {
            source.Raw.Dispose();
            source.Scale.Dispose();
            source.Shift.Dispose();
        }

        x.Sum?.Forget();
        if (x.Source is not null || x.Sum is not null)
        {
            x.Value.Dispose();
        }
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

    private static void MoveOut<TState>(DisposeScope scope, Tensor y, TState next)
        where TState : class, ITree<TState>
    {
        scope.MoveToOuter(y);
        scope.MoveToOuter(next.Leaves().Select(static leaf => leaf.Value));
    }
}
