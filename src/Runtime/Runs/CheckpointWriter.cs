using SimClrDsl.Runtime.Files;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Runs;

/// <summary>Writes checkpoints of a stage on another thread while the stage goes on training.</summary>
/// <param name="files">Where they are kept.</param>
/// <param name="policy">When they are made.</param>
/// <param name="clock">Tells the time between them; only differences count, so that a clock that is set back does no harm.</param>
/// <param name="note">Is told of one that could not be written, on the thread that trains.</param>
internal sealed class CheckpointWriter(UnfinishedStages files, CheckpointPolicy policy, TimeProvider clock, Action<string> note)
    : IDisposable
{
    private long last = clock.GetTimestamp();
    private Task<string>? writing;

    /// <summary>Whether it is time for a checkpoint.</summary>
    public bool IsDue(int position)
    {
        if (writing is { IsCompleted: true })
        {
            Settle();
        }

        return policy.EverySteps is { } steps ? position % steps == 0 : writing is null && clock.GetElapsedTime(last) >= policy.Every;
    }

    /// <summary>Begins to write a checkpoint from a copy of the tensors. One that is still being written is waited for.</summary>
    public void Begin(IEnumerable<KeyValuePair<string, Tensor>> tensors, UnfinishedNote where)
    {
        Settle();
        last = clock.GetTimestamp();
        var copies = tensors.Select(static tensor => KeyValuePair.Create(tensor.Key, Copy(tensor.Value))).ToList();
        writing = Task.Run(() =>
        {
            try
            {
                return files.Write(copies, where, policy.Keep);
            }
            finally
            {
                copies.ForEach(static copy => copy.Value.Dispose());
            }
        });
    }

    /// <summary>Writes a checkpoint at once.</summary>
    /// <returns>Path of the file.</returns>
    /// <exception cref="InputException">It cannot be written.</exception>
    public string Write(IEnumerable<KeyValuePair<string, Tensor>> tensors, UnfinishedNote where)
    {
        Settle();
        return files.Write([.. tensors], where, policy.Keep);
    }

    /// <summary>Waits for the checkpoint that is being written.</summary>
    public void Dispose() => Settle();

    // A disk that is full ends no training: the checkpoints before stay, and the next one may find room.
    private void Settle()
    {
        try
        {
            writing?.GetAwaiter().GetResult();
        }
        catch (InputException trouble)
        {
            note($"no checkpoint: {trouble.Message} Training goes on.");
        }
        finally
        {
            writing = null;
        }
    }

    private static Tensor Copy(Tensor value)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        return value.detach().to(CPU, copy: true).DetachFromDisposeScope();
    }
}
