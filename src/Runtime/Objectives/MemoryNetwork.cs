using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Objectives;

/// <summary>
/// The memory of pretraining (§2): a network that follows the trained one, and a queue of its outputs for earlier batches. It starts as a
/// copy of the trained network; nothing trains it.
/// </summary>
/// <param name="Params">The moving average of the trained parameters.</param>
/// <param name="State">Its batch-norm statistics.</param>
/// <param name="Queue">Keys of earlier batches: float32 [queue, width], rows of length one.</param>
public sealed record MemoryNetwork<TParams, TState>(TParams Params, TState State, Tensor Queue) : ITree<MemoryNetwork<TParams, TState>>
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
{
    public MemoryNetwork<TParams, TState> Map(LeafPath path, LeafMap map) =>
        new(Params.Map(path / "params", map), State.Map(path / "state", map), map(new(path / "queue", LeafRole.Statistic, Queue)));
}

/// <summary>What a memory does in a step.</summary>
public static class MemoryNetwork
{
    /// <summary>A network's forward function.</summary>
    public delegate (Tensor Y, TState Next) Network<TParams, TState>(TParams p, TState s, Tensor x, Phase phase);

    /// <summary>A copy of the network, and a queue of random directions, as MoCo starts.</summary>
    public static MemoryNetwork<TParams, TState> Start<TParams, TState>(TParams p, TState s, int queue, int width, Key key)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var generator = key.Generator();
        return new(p.Clone(), s.Clone(), NtXent.Normalize(randn([queue, width], dtype: float32, generator: generator)));
    }

    /// <summary>
    /// Keys of images x [N, C, H, W]: the network's outputs as rows of length one, float32 [N, width], without gradient. Its batch norms use
    /// the batch's statistics, as those of the trained network do.
    /// </summary>
    public static (Tensor Keys, TState Next) Keys<TParams, TState>(
        Network<TParams, TState> network,
        TParams p,
        TState s,
        Tensor x,
        Phase phase
    )
    {
        using var span = Spans.Of(StepPhase.Forward, "memory network");
        using var scope = no_grad();
        var (z, next) = network(p, s, x, phase);
        return (NtXent.Normalize(z.to(float32)), next);
    }

    /// <summary>The same for the views of a batch that goes through the network part by part: keys in the whole batch's order.</summary>
    public static (Tensor Keys, TState Next) Keys<TParams, TState>(
        Network<TParams, TState> network,
        TParams p,
        TState s,
        Microbatches views,
        Phase phase
    )
        where TState : class, ITree<TState>
    {
        var (outputs, next) = views.Run<TState>(x =>
        {
            var (keys, moved) = Keys(network, p, s, x, phase);
            return ([keys], moved);
        });
        return (outputs[0], next);
    }

    /// <summary>
    /// The queue after a step: its oldest rows replaced by the step's keys [M, width], where M divides the queue or the queue is empty. A
    /// ring whose position follows from the number of steps before. Writes into <paramref name="queue"/>, which the caller owns.
    /// </summary>
    public static Tensor Enqueue(Tensor queue, Tensor keys, int step)
    {
        using var span = Spans.Of(StepPhase.Optimizer, "queue");
        var (rows, added) = (queue.size(0), keys.size(0));
        if (rows > 0)
        {
            using var scope = no_grad();
            queue.narrow(0, (long)step * added % rows, added).copy_(keys);
        }

        return queue;
    }
}
