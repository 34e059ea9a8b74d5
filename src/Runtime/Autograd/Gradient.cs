using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>A loss with whatever else its computation produced.</summary>
/// <param name="Loss">Scalar, float32.</param>
/// <param name="Rest">Next statistics and metrics; carries no gradient.</param>
public readonly record struct LossOf<TRest>(Tensor Loss, TRest Rest);

/// <summary>Differentiation as a function: nothing accumulates in the parameters.</summary>
public static class Gradient
{
    /// <summary>Gradients of <paramref name="loss"/> with respect to every leaf of <paramref name="parameters"/>, and what else it returned.</summary>
    public static (TParams Gradients, TRest Others) Of<TParams, TRest>(TParams parameters, Func<TParams, LossOf<TRest>> loss)
        where TParams : class, ITree<TParams> => Of(parameters, frozen: [], loss);

    /// <summary>The same without the leaves under the paths of <paramref name="frozen"/>, whose gradient is an empty tensor.</summary>
    public static (TParams Gradients, TRest Others) Of<TParams, TRest>(
        TParams parameters,
        IReadOnlyList<string> frozen,
        Func<TParams, LossOf<TRest>> loss
    )
        where TParams : class, ITree<TParams>
    {
        bool Trained(Leaf leaf) => !frozen.Any(path => leaf.Path.StartsWith($"{path}.", StringComparison.Ordinal));

        var tracked = parameters.Map(leaf => leaf.Value.detach().requires_grad_(Trained(leaf)));
        var leaves = tracked.Leaves().Where(Trained).Select(static leaf => leaf.Value).ToList();
        var (value, rest) = Forward(loss, tracked);
        var gradients = new Queue<Tensor>(Backward([value], leaves));
        return (parameters.Map(leaf => Trained(leaf) ? gradients.Dequeue() : empty(0)), rest);
    }

    /// <summary>
    /// Gradients of a loss that is a mean over a batch's images, with the activations of one part in memory at a time: the mean of the parts'
    /// gradients, metrics and next statistics. Exactly the gradient of the whole batch, where batch norms normalise each part by itself; of
    /// one part it is <see cref="Of{TParams, TRest}(TParams, Func{TParams, LossOf{TRest}})"/>.
    /// </summary>
    /// <param name="parameters">What is differentiated by.</param>
    /// <param name="frozen">Paths of leaves without a gradient.</param>
    /// <param name="input">What a step has read: rows of images in every leaf.</param>
    /// <param name="parts">How many parts the rows of every leaf fall into.</param>
    /// <param name="loss">The loss of a part, from the same statistics for each.</param>
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
            var (gradients, (next, metrics)) = Of(
                parameters,
                frozen,
                tracked =>
                {
                    var whole = loss(tracked, part);
                    return whole with { Loss = whole.Loss / parts };
                }
            );
            sum = sum is null ? gradients : Added(sum, gradients);
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

    /// <summary>The same where nothing is frozen.</summary>
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
    /// Gradients of a loss that compares all images of a batch, with the activations of one microbatch in memory at a time (GradCache: Gao et
    /// al., 2021). First every part's embeddings, without gradient; then the loss of them all and its gradient with respect to each; then
    /// every part once more, forward and back from its embeddings' gradient, all parts' gradients added up. Exactly the gradient of the whole
    /// batch's loss, where batch norms normalise each part by itself.
    /// </summary>
    /// <param name="parameters">What is differentiated by.</param>
    /// <param name="statistics">Statistics before the step, the same for every part.</param>
    /// <param name="batch">The parts.</param>
    /// <param name="embed">A part's embeddings and next statistics.</param>
    /// <param name="loss">The loss of the whole batch's embeddings.</param>
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

    /// <summary>The same with features beside the embeddings, which carry no gradient: those of the whole batch, in its order.</summary>
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

    // The loss's own tensors, a similarity of every pair, are gone before the first part goes back.
    private static (Tensor Gradient, StepMetrics Metrics) OfEmbeddings(Tensor z, Func<Tensor, LossOf<StepMetrics>> loss)
    {
        using var scope = NewDisposeScope();
        var tracked = z.detach().requires_grad_(true);
        var (value, metrics) = loss(tracked);
        var gradient = Backward([value], [tracked])[0];
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
            var tracked = parameters.Map(static leaf => leaf.detach().requires_grad_(true));
            var leaves = tracked.Leaves().Select(static leaf => leaf.Value).ToList();
            var z = Forward(x => embed(tracked, x), batch.Part(i));
            var part = parameters.With(Backward([z], leaves, [batch.RowsOf(i, back)]));
            sum = sum is null ? part : Added(sum, part);
            scope.MoveToOuter(sum.Leaves().Select(static leaf => leaf.Value));
        }

        return sum!;
    }

    // Leaf by leaf, so that of three sets of gradients one is never whole. Not in place: what one operator gives back for two of its inputs
    // may be one tensor.
    private static TParams Added<TParams>(TParams sum, TParams part)
        where TParams : class, ITree<TParams> =>
        sum.Zip(
            part,
            static (x, y) =>
            {
                var added = x + y;
                x.Dispose();
                y.Dispose();
                return added;
            }
        );

    private static TOut Forward<TIn, TOut>(Func<TIn, TOut> network, TIn input)
    {
        using var span = Spans.Of(StepPhase.Forward, "forward");
        return network(input);
    }

    private static IList<Tensor> Backward(IList<Tensor> outputs, IList<Tensor> leaves, IList<Tensor>? gradients = null)
    {
        using var span = Spans.Of(StepPhase.Backward, "backward");
        var found = Backpropagation.Gradients(outputs, leaves, gradients);
        var unused = Enumerable.Range(0, leaves.Count).FirstOrDefault(i => found[i].IsInvalid, -1);
        return unused < 0 ? found : throw new InvalidOperationException($"The loss does not depend on leaf {unused} of {leaves.Count}.");
    }
}
