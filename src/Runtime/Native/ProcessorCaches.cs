using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace SimClrDsl.Runtime.Native;

/// <summary>What the processor says of its caches.</summary>
internal static class ProcessorCaches
{
    private const int SizesOfCaches = unchecked((int)0x8000001D);
    private const int KindOfCache = 0x1F;

    private static readonly Lazy<bool> areHidden = new(static () =>
    {
        if (!X86Base.IsSupported)
        {
            return false;
        }

        var (_, first, last, middle) = X86Base.CpuId(0, 0);
        var isAmd = MemoryMarshal.AsBytes<int>([first, middle, last]).SequenceEqual("AuthenticAMD"u8);
        return isAmd && (X86Base.CpuId(SizesOfCaches, 0).Eax & KindOfCache) == 0;
    });

    /// <summary>
    /// Whether this is a processor of AMD that names no caches, as in a virtual machine whose hypervisor leaves them out. oneDNN 3.7 then
    /// computes with sizes of zero.
    /// </summary>
    public static bool AreHidden => areHidden.Value;
}
