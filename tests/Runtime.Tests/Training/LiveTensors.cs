using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Pipeline;

/// <summary>The bytes that native code has allocated and not freed, tensors' values among them, as glibc counts them.</summary>
internal static partial class Heap
{
    /// <summary>Frees what other tests left to the collector: it must not go while one counts.</summary>
    internal static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    /// <summary>Live tensors, once that is done.</summary>
    internal static long SettledTensors()
    {
        Settle();
        return Tensor.TotalCount;
    }

    internal static long Bytes
    {
        get
        {
            var info = mallinfo2();
            return (long)(info.AllocatedInArenas + info.AllocatedByMapping);
        }
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial MallInfo mallinfo2();

    // struct mallinfo2 of malloc.h.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct MallInfo
    {
        private readonly nuint arena;
        private readonly nuint freeChunks;
        private readonly nuint fastChunks;
        private readonly nuint mappings;
        public readonly nuint AllocatedByMapping;
        private readonly nuint highest;
        private readonly nuint fastBytes;
        public readonly nuint AllocatedInArenas;
        private readonly nuint freeBytes;
        private readonly nuint trimmable;
    }
}
