using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// Computes gradients through functions whose backward pass is written in C#. libtorch calls such a pass from C++, and an exception that
/// crossed the C++ frames would end the process. So the exception is stored here until libtorch has returned, and thrown then.
/// </summary>
internal static class Backpropagation
{
    [ThreadStatic]
    private static ExceptionDispatchInfo? failure;

    // The results of the last backward pass. libtorch holds its own references by the time it calls the next pass, so ours can be freed
    // then.
    [ThreadStatic]
    private static List<Tensor>? handedOver;

    // Looks on during the backward pass.
    [ThreadStatic]
    private static Action? watch;

    /// <summary>
    /// Gradients of <paramref name="outputs"/> with respect to each of <paramref name="leaves"/>. A leaf that the outputs do not depend on
    /// gets an invalid tensor.
    /// </summary>
    /// <param name="outputs">The tensors that are differentiated.</param>
    /// <param name="leaves">The tensors that they are differentiated with respect to.</param>
    /// <param name="gradients">Gradients of the outputs; null if each output is a scalar with gradient 1.</param>
    public static IList<Tensor> Gradients(IList<Tensor> outputs, IList<Tensor> leaves, IList<Tensor>? gradients = null)
    {
        // After a failure no gradient reaches the leaves. allow_unused keeps libtorch from reporting that as another error.
        var found = autograd.grad(outputs, leaves, gradients, allow_unused: true);
        Finish();
        return found;
    }

    /// <summary>
    /// Sets the gradient of each leaf (<c>grad</c>), during the backward pass: as soon as every use of the leaf has contributed to it. A
    /// leaf that the output does not depend on gets none.
    /// </summary>
    /// <param name="output">The tensor that is differentiated.</param>
    /// <param name="back">Gradient of the output; null if it is a scalar with gradient 1.</param>
    /// <param name="leaves">The tensors that it is differentiated with respect to, which have no gradient yet.</param>
    /// <param name="watch">
    /// Called again and again during the pass: before each backward pass of a function that is written in C#. What it throws ends the pass.
    /// </param>
    public static void Accumulate(Tensor output, Tensor? back, IReadOnlyList<Tensor> leaves, Action watch)
    {
        Backpropagation.watch = watch;
        try
        {
            autograd.backward([output], back is null ? null : [back], inputs: [.. leaves]);
        }
        finally
        {
            Backpropagation.watch = null;
        }

        Finish();
    }

    /// <summary>The mistake of asking for the gradient of a leaf that the loss does not depend on.</summary>
    public static InvalidOperationException Unused(int leaf, int leaves) => new($"The loss does not depend on leaf {leaf} of {leaves}.");

    /// <summary>
    /// Wraps a backward pass so that libtorch can call it: it never throws, and it frees every tensor except its results.
    /// </summary>
    /// <param name="outputs">Gradients of the outputs, which are freed here; an output without a gradient has an invalid tensor.</param>
    /// <param name="inputs">Number of arguments of the forward pass.</param>
    /// <param name="pass">Computes the gradients of those arguments, null for each that has none.</param>
    public static List<Tensor> Guarded(List<Tensor> outputs, int inputs, Func<IReadOnlyList<Tensor?>, Tensor?[]> pass)
    {
        Release();
        List<Tensor> results;
        try
        {
            using var scope = NewDisposeScope();
            if (failure is null)
            {
                watch?.Invoke();
            }

            var found = failure is null
                ? pass([.. outputs.Select(static output => output.IsInvalid ? null : output)])
                : new Tensor?[inputs];
            foreach (var tensor in found.OfType<Tensor>())
            {
                scope.MoveToOuter(tensor);
            }

            results = [.. found.Select(static tensor => tensor!)];
        }
#pragma warning disable CA1031 // thrown again on the other side of libtorch
        catch (Exception caught)
#pragma warning restore CA1031
        {
            failure = ExceptionDispatchInfo.Capture(caught);
            results = [.. new Tensor[inputs]];
        }

        foreach (var output in outputs.Where(output => !output.IsInvalid && !results.Contains(output, ReferenceEqualityComparer.Instance)))
        {
            output.Dispose();
        }

        handedOver = results;
        return results;
    }

    private static void Finish()
    {
        Release();
        var failed = failure;
        failure = null;
        failed?.Throw();
    }

    private static void Release()
    {
        foreach (var tensor in handedOver?.OfType<Tensor>() ?? [])
        {
            tensor.Dispose();
        }

        handedOver = null;
    }
}
