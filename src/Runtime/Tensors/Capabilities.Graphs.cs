using static TorchSharp.torch;
#if TORCH_SYSTEM
using SimClrDsl.Native;
#endif

namespace SimClrDsl.Runtime;

/// <summary>Work of a device that is recorded once and replayed: the same operations on the same memory.</summary>
public interface IStepGraph : IDisposable
{
    /// <summary>Records what <paramref name="work"/> asks of the device, which does not do it yet.</summary>
    /// <exception cref="StepGraphException">The device cannot record it; nothing was done.</exception>
    void Record(Action work);

    /// <summary>Does what was recorded.</summary>
    void Replay();
}

/// <summary>A device cannot record some work.</summary>
public sealed class StepGraphException(string message, Exception inner) : Exception(message, inner);

public static partial class Capabilities
{
    /// <summary>A graph of the device, or null where provider or device have none.</summary>
    public static IStepGraph? StepGraph(Device device) =>
#if TORCH_SYSTEM
        device.type == TorchSharp.DeviceType.CUDA && CudaGraph.Available ? new CudaStepGraph() : null;

    private sealed class CudaStepGraph : IStepGraph
    {
        private readonly CudaGraph graph = new();

        public void Record(Action work)
        {
            try
            {
                graph.Record(work);
            }
            catch (System.Runtime.InteropServices.ExternalException refusal)
            {
                throw new StepGraphException(refusal.Message, refusal);
            }
        }

        public void Replay() => graph.Replay();

        public void Dispose() => graph.Dispose();
    }
#else
        null;
#endif
}
