using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>The tensors of the whole process: who counts them must run alone.</summary>
internal static class LiveTensors
{
    /// <summary>Their number, once those are gone that other tests left to the collector: it must not go while one counts.</summary>
    /// <remarks>
    /// A tensor that goes may let go of a function of autograd, and that of other tensors, which the next collection finds. So this goes on
    /// until nothing goes any more.
    /// </remarks>
    internal static long Settled()
    {
        for (var (count, before) = (Collected(), long.MaxValue); ; (count, before) = (Collected(), count))
        {
            if (count == before)
            {
                return count;
            }
        }
    }

    private static long Collected()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
