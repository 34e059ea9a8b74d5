namespace SimClrDsl.Native;

/// <summary>
/// Work of a CUDA device that is recorded once and replayed: the same kernels at the same addresses with the same arguments.
/// </summary>
public sealed class CudaGraph : IDisposable
{
    private nint handle;

    /// <summary>Whether the shim was built with CUDA's headers.</summary>
    public static bool Available => LibTorch.simclr_graphs() != 0;

    /// <summary>
    /// Records what <paramref name="work"/> launches on this thread, without doing it. Tensors that it makes live in the graph's own memory, and
    /// those that it keeps hold after each replay what that replay made.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">
    /// Something in it cannot be recorded, as waiting for the device or reading a tensor's value.
    /// </exception>
    public void Record(Action work)
    {
        if (handle != 0)
        {
            throw new InvalidOperationException("The graph has been recorded already.");
        }

        var begun = LibTorch.Checked(LibTorch.simclr_graph_begin());
        try
        {
            work();
        }
        catch
        {
            // Of the two faults the work's own says more.
            _ = LibTorch.simclr_graph_end(begun);
            LibTorch.simclr_graph_free(begun);
            throw;
        }

        if (LibTorch.simclr_graph_end(begun) < 0)
        {
            var fault = LibTorch.Failure();
            LibTorch.simclr_graph_free(begun);
            throw fault;
        }

        handle = begun;
    }

    /// <summary>Does what was recorded; returns at once.</summary>
    public void Replay()
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        _ = LibTorch.Checked(LibTorch.simclr_graph_replay(handle));
    }

    public void Dispose()
    {
        if (handle != 0)
        {
            LibTorch.simclr_graph_free(handle);
            handle = 0;
        }
    }
}
