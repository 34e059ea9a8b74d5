using SimClrDsl.Runtime.Files;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Training;

/// <summary>
/// Batches of successive steps, each made on another thread while the step before it runs: at most one lies ready. What a batch holds
/// depends on its step alone, so it is the same whoever makes it and whenever. A fault surfaces in the step that asks for the batch.
/// </summary>
/// <param name="make">Makes the batch of a step; called for one step at a time.</param>
/// <param name="until">The first step that there is no batch for.</param>
internal sealed class Ahead<TBatch>(Func<int, TBatch> make, int until) : IDisposable
{
    private (int Step, Task<Made> Making)? next;

    private sealed record Made(TBatch Batch, IReadOnlyList<IDisposable> Tensors)
    {
        /// <summary>
        /// Waits for a batch. What went wrong on its thread goes on from here, the world's troubles as one line for the person.
        /// </summary>
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

    /// <summary>The batch of a step; its tensors belong to the caller's scope from now on.</summary>
    public TBatch Of(int step)
    {
        var making = next is { } ready && ready.Step == step ? ready.Making : Instead(step);
        next = null;
        var made = Made.Of(making, step);
        CurrentDisposeScope?.Attach(made.Tensors);
        if (step + 1 < until)
        {
            next = (step + 1, Start(step + 1));
        }

        return made.Batch;
    }

    /// <summary>Waits for the batch that is being made, which nobody will ask for, and frees it.</summary>
    public void Dispose()
    {
        if (next is { } unused)
        {
            next = null;
            Free(unused.Making);
        }
    }

    // Another step than the one after the last.
    private Task<Made> Instead(int step)
    {
        Dispose();
        return Start(step);
    }

    private Task<Made> Start(int step) =>
        Task.Run(() =>
        {
            // Scopes belong to threads: the tensors leave this one without an owner, for the step's scope to take.
            using var scope = NewDisposeScope();
            var batch = make(step);
            var tensors = scope.DisposablesView;
            scope.Detach(tensors);
            return new Made(batch, tensors);
        });

    // A fault of a batch that is not wanted is nobody's concern.
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
