using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>
/// Gradients through functions whose backward pass is written in C#. libtorch calls that pass, and an exception that crossed it would end the
/// process, so it is kept here until libtorch has returned, and thrown then.
/// </summary>
internal static class Backpropagation
{
    [ThreadStatic]
    private static ExceptionDispatchInfo? failure;

    // What the last backward pass gave to libtorch, which has taken references of its own when it calls the next one.
    [ThreadStatic]
    private static List<Tensor>? handedOver;

    /// <summary>Gradients of <paramref name="outputs"/> with respect to each of <paramref name="leaves"/>; invalid where there is none.</summary>
    public static IList<Tensor> Gradients(IList<Tensor> outputs, IList<Tensor> leaves, IList<Tensor>? gradients = null)
    {
        // After a failure nothing reaches the leaves, which libtorch would call an error of its own.
        var found = autograd.grad(outputs, leaves, gradients, allow_unused: true);
        Release();
        var failed = failure;
        failure = null;
        failed?.Throw();
        return found;
    }

    /// <summary>A backward pass as libtorch may call it: nothing is thrown, and nothing but its result outlives it.</summary>
    /// <param name="outputs">Gradients of the outputs, freed here; invalid where an output has none.</param>
    /// <param name="inputs">How many arguments the forward pass had.</param>
    /// <param name="pass">Gradients of those arguments, null for each that has none.</param>
    public static List<Tensor> Guarded(List<Tensor> outputs, int inputs, Func<IReadOnlyList<Tensor?>, Tensor?[]> pass)
    {
        Release();
        List<Tensor> results;
        try
        {
            using var scope = NewDisposeScope();
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

    private static void Release()
    {
        foreach (var tensor in handedOver?.OfType<Tensor>() ?? [])
        {
            tensor.Dispose();
        }

        handedOver = null;
    }
}
