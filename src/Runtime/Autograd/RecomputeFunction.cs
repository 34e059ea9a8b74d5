using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// The autograd function of activation checkpointing: its value was computed before, without gradient, and its backward pass computes it
/// again.
/// </summary>
internal sealed class RecomputeFunction : KernelFunction<RecomputeFunction, RecomputeFunction.Recomputation>
{
    /// <param name="Value">The value, computed without a gradient.</param>
    /// <param name="Function">Computes the value again from the inputs.</param>
    internal sealed record Recomputation(Tensor Value, Func<IReadOnlyList<Tensor>, Tensor> Function)
    {
        public bool[] Wanted { get; set; } = [];
    }

    /// <summary>Records <paramref name="value"/> for autograd as a function of <paramref name="inputs"/>.</summary>
    public static Tensor Apply(Tensor value, IReadOnlyList<Tensor> inputs, Func<IReadOnlyList<Tensor>, Tensor> recompute) =>
        Run(new(value, recompute), [.. inputs])[0];

    protected override List<Tensor> Forward(Recomputation call, Tensor?[] arguments, Action<List<Tensor?>>? keep)
    {
        call.Wanted = [.. arguments.Select(static input => input!.requires_grad)];
        keep?.Invoke([.. arguments]);
        return [call.Value.detach()];
    }

    protected override Tensor?[] Backward(Recomputation call, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> kept)
    {
        using var on = enable_grad();
        var inputs = kept.Select((input, i) => input!.detach().requires_grad_(call.Wanted[i])).ToList();
        var wanted = Enumerable.Range(0, inputs.Count).Where(i => call.Wanted[i]).ToList();
        var found = Backpropagation.Gradients([call.Function(inputs)], [.. wanted.Select(i => inputs[i])], [gradients[0]!]);
        var results = new Tensor?[inputs.Count];
        for (var i = 0; i < wanted.Count; i++)
        {
            results[wanted[i]] = found[i].IsInvalid ? null : found[i];
        }

        return results;
    }
}
