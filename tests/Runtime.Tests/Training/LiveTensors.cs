using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>The tensors of the whole process: who counts them must run alone.</summary>
internal static class LiveTensors
{
    /// <summary>Their number, once those are gone that other tests left to the collector: it must not go while one counts.</summary>
    internal static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Tensor.TotalCount;
    }
}
