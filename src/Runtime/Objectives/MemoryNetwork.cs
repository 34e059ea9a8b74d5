using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Objectives;

/// <summary>
/// The memory of pretraining (§2, "momentum encoder" in MoCo; He et al., 2020): a network whose weights are a moving average of the trained
/// ones, and a queue of its outputs for earlier batches. It starts as a copy of the trained network and gets no gradients.
/// </summary>
/// <param name="Params">The moving average of the trained parameters.</param>
/// <param name="State">Its batch-norm statistics.</param>
/// <param name="Queue">Keys of earlier batches: float32 [queue, width], rows of unit length.</param>
public sealed record MemoryNetwork<TParams, TState>(TParams Params, TState State, Tensor Queue) : ITree<MemoryNetwork<TParams, TState>>
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
{
    /// <inheritdoc/>
    public MemoryNetwork<TParams, TState> Map(LeafPath path, LeafMap map) =>
        new(Params.Map(path / "params", map), State.Map(path / "state", map), map(new(path / "queue", LeafRole.Statistic, Queue)));
}

/// <summary>Starts a memory network, computes keys and updates the queue.</summary>
public static class MemoryNetwork
{
    /// <summary>A memory with a copy of the trained network and a queue of random unit vectors, as MoCo starts.</summary>
    /// <param name="p">Parameters of the trained network.</param>
    /// <param name="s">Running statistics of the trained network.</param>
    /// <param name="queue">Number of rows of the queue; may be 0.</param>
    /// <param name="width">Width of the network's output.</param>
    /// <param name="key">Key of the queue.</param>
    public static MemoryNetwork<TParams, TState> Start<TParams, TState>(TParams p, TState s, int queue, int width, Key key)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var generator = key.Generator();
        return new(p.Clone(), s.Clone(), NtXent.Normalize(randn([queue, width], dtype: float32, generator: generator)));
    }

    /// <summary>
    /// The keys of images: the outputs of the memory network, scaled to unit length, without gradient. With a training phase the batch
    /// norms use the statistics of the batch, as those of the trained network do. Where several ranks share a batch, x holds this rank's
    /// images and the keys are those of all ranks, so that the queue is the same on all of them.
    /// </summary>
    /// <param name="network">Forward function of the network.</param>
    /// <param name="p">Parameters of the memory network.</param>
    /// <param name="s">Running statistics of the memory network.</param>
    /// <param name="x">Images [N, C, H, W], ready for the network.</param>
    /// <param name="phase">Which statistics the batch norms use.</param>
    /// <returns>float32 [N, width] with rows of unit length, and the next statistics.</returns>
    public static (Tensor Keys, TState Next) Keys<TParams, TState>(
        NetworkFunction<TParams, TState> network,
        TParams p,
        TState s,
        Tensor x,
        Phase phase
    )
    {
        var (keys, next) = OwnKeys(network, p, s, x, phase);
        return (GatherFunction.Apply(keys), next);
    }

    /// <summary>The keys of a batch that passes through the network in microbatches.</summary>
    /// <param name="network">Forward function of the network.</param>
    /// <param name="p">Parameters of the memory network.</param>
    /// <param name="s">Running statistics of the memory network.</param>
    /// <param name="views">The microbatches.</param>
    /// <param name="phase">Which statistics the batch norms use.</param>
    /// <returns>
    /// float32 [views · N, width] with rows of unit length, in the row order of the whole batch, and the next statistics.
    /// </returns>
    public static (Tensor Keys, TState Next) Keys<TParams, TState>(
        NetworkFunction<TParams, TState> network,
        TParams p,
        TState s,
        Microbatches views,
        Phase phase
    )
        where TState : class, ITree<TState>
    {
        var (outputs, next) = views.Run<TState>(x =>
        {
            var (keys, moved) = OwnKeys(network, p, s, x, phase);
            return ([keys], moved);
        });
        return (GatherFunction.Apply(outputs[0]), next);
    }

    // Of this rank's images.
    private static (Tensor Keys, TState Next) OwnKeys<TParams, TState>(
        NetworkFunction<TParams, TState> network,
        TParams p,
        TState s,
        Tensor x,
        Phase phase
    )
    {
        using var span = Spans.Of(StepPhase.Forward, "memory network");
        using var scope = no_grad();
        var (z, next) = network(p, s, x, phase);
        return (NtXent.Normalize(z.dtype == float64 ? z : z.to(float32)), next);
    }

    /// <summary>
    /// Replaces the oldest rows of the queue by the keys of a step. The queue is a ring buffer whose position is computed from the number
    /// of the step. Writes into <paramref name="queue"/>, which the caller owns.
    /// </summary>
    /// <param name="queue">float32 [queue, width].</param>
    /// <param name="keys">
    /// float32 [M, width], where M divides the number of rows of the queue; if the queue is empty, M is arbitrary.
    /// </param>
    /// <param name="step">Number of steps before this one.</param>
    /// <returns><paramref name="queue"/>.</returns>
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
