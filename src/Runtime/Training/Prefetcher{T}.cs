using SimClrDsl.Runtime.Files;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Training;

/// <summary>
/// Makes the batch of the next step on another thread while a step runs. At most one batch is ready ahead of its step. A batch depends only
/// on its step, so it is the same with and without prefetching. An error in making a batch is thrown in the step that asks for it.
/// </summary>
/// <param name="make">Makes the batch of a step; called for one step at a time.</param>
/// <param name="until">The first step without a batch.</param>
internal sealed class Prefetcher<TBatch>(Func<int, TBatch> make, int until) : IDisposable
{
    private (int Step, Task<Made> Making)? next;

    private sealed record Made(TBatch Batch, IReadOnlyList<IDisposable> Tensors)
    {
        /// <summary>Waits for a batch, and throws what its thread has thrown.</summary>
        /// <exception cref="InputException">An image of the batch cannot be read.</exception>
        internal static Made Of(Task<Made> making, int step)
        {
            try
            {
                return making.GetAwaiter().GetResult();
            }
            catch (AggregateException several)
                when (several.Flatten().InnerExceptions.OfType<InputException>().FirstOrDefault() is { } first)
            {
                throw first;
            }
            catch (Exception trouble) when (InputException.IsFileTrouble(trouble))
            {
                throw new InputException($"the images of step {step + 1} cannot be read: {InputException.Reason(trouble)}.", trouble);
            }
        }
    }

    /// <summary>The batch of a step, whose tensors the caller's dispose scope now owns. Starts to make that of the next step.</summary>
    public TBatch Of(int step)
    {
        var making = next is { } ready && ready.Step == step ? ready.Making : StartOver(step);
        next = null;
        var made = Made.Of(making, step);
        CurrentDisposeScope?.Attach(made.Tensors);
        if (step + 1 < until)
        {
            next = (step + 1, Start(step + 1));
        }

        return made.Batch;
    }

    /// <summary>Waits until the batch that is being made is complete, and frees it.</summary>
    public void Dispose()
    {
        if (next is { } unused)
        {
            next = null;
            Free(unused.Making);
        }
    }

    // Steps normally follow each other. If another one is asked for, the batch that is ready is of no use.
    private Task<Made> StartOver(int step)
    {
        Dispose();
        return Start(step);
    }

    private Task<Made> Start(int step) =>
        Task.Run(() =>
        {
            // A dispose scope belongs to a thread, so the tensors are detached from this thread's scope; the step attaches them to its own.
            using var scope = NewDisposeScope();
            var batch = make(step);
            var tensors = scope.DisposablesView;
            scope.Detach(tensors);
            return new Made(batch, tensors);
        });

    // An error in making a batch that no step asks for does not matter.
    private static void Free(Task<Made> making)
    {
        try
        {
            foreach (var tensor in making.GetAwaiter().GetResult().Tensors)
            {
                tensor.Dispose();
            }
        }
        catch (Exception) when (making.IsFaulted) { }
    }
}
