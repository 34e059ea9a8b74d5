using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>A loss and the other results of computing it.</summary>
/// <param name="Loss">Scalar, float32.</param>
/// <param name="Rest">The other results, such as the next statistics and the metrics; they carry no gradient.</param>
public readonly record struct LossOf<TRest>(Tensor Loss, TRest Rest);

/// <summary>
/// Differentiates functions of parameter trees. Gradients are returned, not accumulated in the parameters. Where several ranks share a
/// batch, the gradients are averaged over them; the metrics are those of the rank's own share.
/// </summary>
public static class Gradient
{
    /// <summary>The gradients of a loss with respect to every leaf of <paramref name="parameters"/>.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="loss">Computes the loss, and other results that are passed through.</param>
    /// <exception cref="InvalidOperationException">The loss does not depend on one of the leaves.</exception>
    public static (Gradients<TParams> Gradients, TRest Others) Of<TParams, TRest>(TParams parameters, Func<TParams, LossOf<TRest>> loss)
        where TParams : class, ITree<TParams> => Of(parameters, frozen: [], loss);

    /// <summary>The gradients of a loss with respect to the leaves of <paramref name="parameters"/> that are not frozen.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="frozen">Paths of frozen parts; the gradient of each leaf below them is an empty tensor.</param>
    /// <param name="loss">Computes the loss, and other results that are passed through.</param>
    /// <exception cref="InvalidOperationException">The loss does not depend on one of the other leaves.</exception>
    public static (Gradients<TParams> Gradients, TRest Others) Of<TParams, TRest>(
        TParams parameters,
        IReadOnlyList<string> frozen,
        Func<TParams, LossOf<TRest>> loss
    )
        where TParams : class, ITree<TParams>
    {
        var tracked = Tracked(parameters, frozen);
        var (value, others) = Forward(loss, tracked);
        return (Ranks.Current is { Size: > 1 } ? Backward(tracked, value) : new Gradients<TParams>(tracked, value), others);
    }

    /// <summary>
    /// Gradient accumulation for a loss that is a mean over the images of a batch. The batch is split into parts, and only the activations
    /// of one part are in memory at a time. The results are the means of the parts' gradients, metrics and next statistics. They are those
    /// of the whole batch, except that batch norms normalise each part by itself.
    /// </summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="frozen">Paths of frozen parts; the gradient of each leaf below them is an empty tensor.</param>
    /// <param name="input">The batch; the first dimension of every leaf is over images.</param>
    /// <param name="parts">Number of parts, a divisor of the first dimension of every leaf.</param>
    /// <param name="loss">The loss of one part. Each part starts from the same statistics.</param>
    public static (TParams Gradients, (TState Next, StepMetrics Metrics) Others) OfMean<TParams, TState, TInput>(
        TParams parameters,
        IReadOnlyList<string> frozen,
        TInput input,
        int parts,
        Func<TParams, TInput, LossOf<(TState Next, StepMetrics Metrics)>> loss
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TInput : class, ITree<TInput>
    {
        TParams? sum = null;
        var others = new List<(TState Next, StepMetrics Metrics)>();
        for (var i = 0; i < parts; i++)
        {
            using var scope = NewDisposeScope();
            var part = input.Map(rows => rows.narrow(0, i * rows.size(0) / parts, rows.size(0) / parts));
            var tracked = Tracked(parameters, frozen);
            var (value, (next, metrics)) = Forward(p => loss(p, part), tracked);
            sum = Backward(tracked, value / parts, before: sum, isLast: i == parts - 1);
            others.Add((next, metrics));
            scope.MoveToOuter(sum.Leaves().Select(static leaf => leaf.Value));
            scope.MoveToOuter(next.Leaves().Select(static leaf => leaf.Value));
            scope.MoveToOuter(metrics.Loss, metrics.Accuracy);
        }

        var mean = new StepMetrics(
            stack([.. others.Select(static other => other.Metrics.Loss)]).mean(),
            stack([.. others.Select(static other => other.Metrics.Accuracy)]).mean()
        );
        return (sum!, (Tree.Mean([.. others.Select(static other => other.Next)]), mean));
    }

    /// <summary>Gradient accumulation, as above, with no frozen parts.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="input">The batch; the first dimension of every leaf is over images.</param>
    /// <param name="parts">Number of parts, a divisor of the first dimension of every leaf.</param>
    /// <param name="loss">The loss of one part. Each part starts from the same statistics.</param>
    public static (TParams Gradients, (TState Next, StepMetrics Metrics) Others) OfMean<TParams, TState, TInput>(
        TParams parameters,
        TInput input,
        int parts,
        Func<TParams, TInput, LossOf<(TState Next, StepMetrics Metrics)>> loss
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TInput : class, ITree<TInput> => OfMean(parameters, frozen: [], input, parts, loss);

    /// <summary>
    /// Gradients of a contrastive loss, which compares all images of a batch, with the activations of only one microbatch in memory at a
    /// time (GradCache; Gao et al., 2021). First, the embeddings of every microbatch are computed without gradient. Second, the loss of all
    /// embeddings and its gradient with respect to them. Third, each microbatch runs forward again and backward from the gradient of its
    /// embeddings, and the gradients are summed. The result is the gradient of the whole batch's loss, except that batch norms normalise
    /// each microbatch by itself.
    /// </summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="statistics">Running statistics before the step, from which every microbatch starts.</param>
    /// <param name="batch">The microbatches.</param>
    /// <param name="embed">Computes the embeddings [views · images, D] of a microbatch and the next statistics.</param>
    /// <param name="loss">Computes the loss and the metrics of the embeddings of the whole batch, [views · N, D].</param>
    public static (TParams Gradients, (TState Next, StepMetrics Metrics) Others) OfMicrobatches<TParams, TState>(
        TParams parameters,
        TState statistics,
        Microbatches batch,
        Func<TParams, TState, Tensor, (Tensor Z, TState Next)> embed,
        Func<Tensor, LossOf<StepMetrics>> loss
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var (outputs, next) = batch.Run<TState>(x =>
        {
            var (z, moved) = Forward(part => embed(parameters, statistics, part), x);
            return ([z], moved);
        });
        var (back, metrics) = OfEmbeddings(outputs[0], loss);
        return (OfParts(parameters, batch, back, (tracked, x) => embed(tracked, statistics, x).Z), (next, metrics));
    }

    /// <summary>
    /// Gradients of a contrastive loss in microbatches, as above, which also returns the encoder's features of the whole batch.
    /// </summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="statistics">Running statistics before the step, from which every microbatch starts.</param>
    /// <param name="batch">The microbatches.</param>
    /// <param name="embed">Computes the embeddings and the features of a microbatch, and the next statistics.</param>
    /// <param name="loss">Computes the loss and the metrics of the embeddings of the whole batch.</param>
    /// <returns>Gradients, next statistics, metrics, and the features [views · N, features] without gradient.</returns>
    public static (TParams Gradients, (TState Next, StepMetrics Metrics, Tensor Features) Others) OfMicrobatches<TParams, TState>(
        TParams parameters,
        TState statistics,
        Microbatches batch,
        Func<TParams, TState, Tensor, (Tensor Z, TState Next, Tensor Features)> embed,
        Func<Tensor, LossOf<StepMetrics>> loss
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var (outputs, next) = batch.Run<TState>(x =>
        {
            var (z, moved, features) = Forward(part => embed(parameters, statistics, part), x);
            return ([z, features], moved);
        });
        var (back, metrics) = OfEmbeddings(outputs[0], loss);
        return (OfParts(parameters, batch, back, (tracked, x) => embed(tracked, statistics, x).Z), (next, metrics, outputs[1]));
    }

    // The scope frees the loss's own tensors, such as the similarity matrix, before the first backward pass of a microbatch.
    private static (Tensor Gradient, StepMetrics Metrics) OfEmbeddings(Tensor z, Func<Tensor, LossOf<StepMetrics>> loss)
    {
        using var scope = NewDisposeScope();
        var tracked = z.detach().requires_grad_(true);
        var (value, metrics) = loss(tracked);
        using var span = Spans.Of(StepPhase.Backward, "backward");
        var gradient = Differentiated(value, back: null, [tracked])[0];
        scope.MoveToOuter(gradient, metrics.Loss, metrics.Accuracy);
        return (gradient, metrics);
    }

    private static TParams OfParts<TParams>(TParams parameters, Microbatches batch, Tensor back, Func<TParams, Tensor, Tensor> embed)
        where TParams : class, ITree<TParams>
    {
        TParams? sum = null;
        for (var i = 0; i < batch.Count; i++)
        {
            using var scope = NewDisposeScope();
            var tracked = Tracked(parameters, frozen: []);
            var z = Forward(x => embed(tracked, x), batch.Part(i));
            sum = Backward(tracked, z, batch.RowsOf(i, back), before: sum, isLast: i == batch.Count - 1);
            scope.MoveToOuter(sum.Leaves().Select(static leaf => leaf.Value));
        }

        return sum!;
    }

    // The parameters as leaves of a new graph; those of frozen parts are no leaves.
    private static TParams Tracked<TParams>(TParams parameters, IReadOnlyList<string> frozen)
        where TParams : class, ITree<TParams> =>
        parameters.Map(leaf =>
            leaf.Value.detach().requires_grad_(!frozen.Any(path => leaf.Path.StartsWith($"{path}.", StringComparison.Ordinal)))
        );

    private static TOut Forward<TIn, TOut>(Func<TIn, TOut> network, TIn input)
    {
        using var span = Spans.Of(StepPhase.Forward, "forward");
        return network(input);
    }

    // Gradients of a part of the batch, added to those of the parts before it, which are freed; after the last part, their mean over the
    // ranks. An empty tensor for each leaf that is not tracked.
    internal static TParams Backward<TParams>(
        TParams tracked,
        Tensor output,
        Tensor? back = null,
        TParams? before = null,
        bool isLast = true
    )
        where TParams : class, ITree<TParams>
    {
        using var span = Spans.Of(StepPhase.Backward, "backward");
        var leaves = Trained(tracked, tracked);
        var earlier = before is null ? null : Trained(before, tracked);
        var found =
            isLast && Ranks.Current is { Size: > 1 } ranks
                ? GradientAverage.Of(ranks, output, back, leaves, earlier)
                : Sums(earlier, Differentiated(output, back, leaves));
        var gradients = new Queue<Tensor>(found);
        return tracked.Map(leaf => leaf.requires_grad ? gradients.Dequeue() : empty(0));
    }

    private static List<Tensor> Trained<TParams>(TParams values, TParams tracked)
        where TParams : class, ITree<TParams> =>
        [
            .. values
                .Leaves()
                .Zip(tracked.Leaves())
                .Where(static pair => pair.Item2.Value.requires_grad)
                .Select(static pair => pair.Item1.Value),
        ];

    private static IList<Tensor> Differentiated(Tensor output, Tensor? back, IList<Tensor> leaves)
    {
        var found = Backpropagation.Gradients([output], leaves, back is null ? null : [back]);
        var unused = Enumerable.Range(0, leaves.Count).FirstOrDefault(i => found[i].IsInvalid, -1);
        return unused < 0 ? found : throw Backpropagation.Unused(unused, leaves.Count);
    }

    // Frees each pair of gradients as soon as its sum exists, so that no third complete set is in memory. Not in place, because an operator
    // may return the same tensor as the gradient of two of its inputs.
    private static IEnumerable<Tensor> Sums(IEnumerable<Tensor>? before, IEnumerable<Tensor> part) =>
        before is null
            ? part
            : before.Zip(
                part,
                static (x, y) =>
                {
                    var added = x + y;
                    x.Dispose();
                    y.Dispose();
                    return added;
                }
            );
}
