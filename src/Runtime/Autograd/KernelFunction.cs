using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// Base class of autograd functions whose forward and backward passes are written in C#. The arguments are tensors, null if one is left
/// out, followed by a call object. The call object holds the other arguments, and what the forward pass leaves for the backward pass
/// besides tensors.
/// </summary>
/// <typeparam name="TSelf">The function itself.</typeparam>
/// <typeparam name="TCall">The call object.</typeparam>
internal abstract class KernelFunction<TSelf, TCall> : MultiTensorFunction<TSelf>
    where TSelf : KernelFunction<TSelf, TCall>, new()
    where TCall : class
{
    // Values of a leaf whose gradient takes longer to copy than a view takes to make.
    private const long LargeLeaf = 1 << 15;

    // The call object of a forward pass, and the scope around it.
    private sealed record Forwarded(TCall Call, DisposeScope Scope);

    private const string Call = "call";
    private const string Arguments = "arguments";

    public sealed override string Name => typeof(TSelf).Name;

    /// <summary>
    /// Computes the results, and records the function for autograd if gradients are enabled and an argument requires one.
    /// </summary>
    protected static List<Tensor> Run(TCall call, params Tensor?[] arguments)
    {
        var function = new TSelf();
        if (!is_grad_enabled() || !arguments.Any(static argument => argument is not null && argument.requires_grad))
        {
            return function.Forward(call, arguments, keep: null);
        }

        // TorchSharp allocates another tensor like each result, in case that a result gets no gradient. The scope frees it at once.
        using var scope = NewDisposeScope();
        var results = apply([.. arguments.Select(View), new Forwarded(call, scope)]);
        scope.MoveToOuter(results);
        return results;
    }

    // Where gradients accumulate in leaves, libtorch copies each gradient that somebody else refers to, as this function does to its results
    // until the next function's backward pass. The gradient of a view is a tensor of its own that shares the memory, so it is not copied.
    private static Tensor? View(Tensor? argument) =>
        argument is { is_leaf: true, requires_grad: true } leaf && leaf.numel() >= LargeLeaf ? leaf.view(leaf.shape) : argument;

    /// <summary>
    /// Computes the results. It passes the tensors that the backward pass needs to <paramref name="keep"/>, which is null without one.
    /// </summary>
    protected abstract List<Tensor> Forward(TCall call, Tensor?[] arguments, Action<List<Tensor?>>? keep);

    /// <summary>Computes the gradients of the arguments from the gradients of the results and the tensors that were kept.</summary>
    protected abstract Tensor?[] Backward(TCall call, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> kept);

    public sealed override List<Tensor> forward(AutogradContext ctx, params object[] vars)
    {
        var (call, scope) = (Forwarded)vars[^1];
        ctx.set_materialize_grads(false);
        ctx.save_data(Call, call);
        ctx.save_data(Arguments, vars.Length);
        var results = Forward(call, [.. vars[..^1].Select(static value => value as Tensor)], kept => ctx.save_for_backward(kept!));
        scope.MoveToOuter([.. scope.DisposablesView]);
        return results;
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

                // Free the kept tensors now rather than with the graph, so that the rest of the backward pass can reuse their memory.
                ctx.Dispose();
                return [.. found, null];
            }
        );
}
