using System.Runtime.InteropServices;
using SimClrDsl.Native;

namespace SimClrDsl.Runtime.Tests.Pipeline;

/// <summary>The bytes that native code has allocated and not freed, tensors' elements among them, as glibc and the shim count them.</summary>
internal static partial class Heap
{
    internal static long Bytes
    {
        get
        {
            var info = mallinfo2();
            return (long)(info.AllocatedInArenas + info.AllocatedByMapping) + SystemTorch.BufferBytes;
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
