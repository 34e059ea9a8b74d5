using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// A function that autograd knows by its backward pass. Its arguments are tensors, null where one is left out, and last a call: what else it
/// takes, and what it leaves for its backward pass that is no tensor.
/// </summary>
internal abstract class KernelFunction<TSelf, TCall> : MultiTensorFunction<TSelf>
    where TSelf : KernelFunction<TSelf, TCall>, new()
    where TCall : class
{
    private const string Call = "call";
    private const string Arguments = "arguments";

    public sealed override string Name => typeof(TSelf).Name;

    /// <summary>The results, recorded for autograd where it is on and an argument asks for it.</summary>
    protected static List<Tensor> Run(TCall call, params Tensor?[] arguments)
    {
        var function = new TSelf();
        if (!is_grad_enabled() || !arguments.Any(static argument => argument is not null && argument.requires_grad))
        {
            return function.Forward(call, arguments, keep: null);
        }

        return apply([.. arguments, call]);
    }

    /// <summary>The results; <paramref name="keep"/>, null where there is no backward pass, is told which tensors that will need.</summary>
    protected abstract List<Tensor> Forward(TCall call, Tensor?[] arguments, Action<List<Tensor?>>? keep);

    /// <summary>The gradients of the arguments, from those of the results and from what was kept.</summary>
    protected abstract Tensor?[] Backward(TCall call, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> kept);

    public sealed override List<Tensor> forward(AutogradContext ctx, params object[] vars)
    {
        var call = (TCall)vars[^1];
        ctx.set_materialize_grads(false);
        ctx.save_data(Call, call);
        ctx.save_data(Arguments, vars.Length);
        return Forward(call, [.. vars[..^1].Select(static value => value as Tensor)], kept => ctx.save_for_backward(kept!));
    }

    public sealed override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs) =>
        Backpropagation.Guarded(
            grad_outputs,
            (int)ctx.get_data(Arguments),
            gradients =>
            {
                var found = gradients.Any(static gradient => gradient is not null)
                    ? Backward((TCall)ctx.get_data(Call), gradients, ctx.get_saved_variables())
                    : new Tensor?[(int)ctx.get_data(Arguments) - 1];

                // What was kept is freed here and not when the graph is: the rest of the backward pass can use its memory.
                ctx.Dispose();
                return [.. found, null];
            }
        );
}
