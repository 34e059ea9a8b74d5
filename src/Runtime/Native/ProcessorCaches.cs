using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace SimClrDsl.Runtime.Native;

/// <summary>What the processor says of its caches.</summary>
internal static class ProcessorCaches
{
    private const int Caches = unchecked((int)0x8000001D);
    private const int FirstLevel = unchecked((int)0x80000005);
    private const int SecondLevel = unchecked((int)0x80000006);
    private const int KindOfCache = 0x1F;

    private static readonly Lazy<bool> areHidden = new(static () =>
    {
        if (!X86Base.IsSupported)
        {
            return false;
        }

        var (_, first, last, middle) = X86Base.CpuId(0, 0);
        var isAmd = MemoryMarshal.AsBytes<int>([first, middle, last]).SequenceEqual("AuthenticAMD"u8);
        return isAmd && (X86Base.CpuId(Caches, 0).Eax & KindOfCache) == 0;
    });

    /// <summary>
    /// Whether this is a processor of AMD that does not describe its caches one by one, as in a virtual machine whose hypervisor leaves that
    /// out.
    /// </summary>
    public static bool AreHidden => areHidden.Value;

    /// <summary>
    /// Bytes of a core's first and second level of data caches, as processors of AMD have named them since before they described each cache
    /// (AMD64 Architecture Programmer's Manual, volume 3, functions 8000_0005 and 8000_0006).
    /// </summary>
    public static (int First, int Second) Sizes
    {
        get
        {
            var (first, second) = ((uint)X86Base.CpuId(FirstLevel, 0).Ecx, (uint)X86Base.CpuId(SecondLevel, 0).Ecx);
            return ((int)(first >> 24) << 10, (int)(second >> 16) << 10);
        }
    }
}
