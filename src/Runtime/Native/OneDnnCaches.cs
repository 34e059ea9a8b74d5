using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Native;

/// <summary>
/// The sizes of the processor's caches in the record that oneDNN keeps of it. oneDNN, with which libtorch convolves on a CPU, divides its
/// work by them. Version 3.7, which is part of libtorch 2.10, asks processors of AMD for a description of each cache. Some virtual machines
/// answer nothing; oneDNN then takes each cache for one byte, and some of its convolutions are wrong, divide by zero, or write past their
/// memory. There this class corrects the record before the first convolution.
/// </summary>
internal static unsafe class OneDnnCaches
{
    // The function that returns the record. libtorch does not export it, so its address is found by its distance from one that it does.
    private const string Function = "_ZN4dnnl4impl3cpu3x643cpuEv";
    private const string Exported = "torch_get_num_threads";

    private const int Levels = 3;

    // A processor does not name a core's share of the third level without describing it. EPYCs have four to eight times the second level.
    private const int ThirdOfSecond = 4;

    // Offsets in the record, an Xbyak::util::Cpu: the size of each level, the number of cores that share it, and the number of levels.
    private const int SizesAt = 0x1c;
    private const int SharersAt = 0x44;
    private const int LevelsAt = 0x6c;

    /// <summary>Corrects the record where the processor hides its caches. libtorch must be loaded.</summary>
    /// <param name="path">The file of libtorch that has oneDNN.</param>
    /// <exception cref="InputException">The record is not as expected: convolutions cannot be trusted here.</exception>
    public static void Correct(string path)
    {
        var record = Record(path);
        if (record == null || Read(record).Any(static size => size != 1))
        {
            throw new InputException(
                $"this virtual machine hides the sizes of the processor's caches, without which the convolutions of {path} are wrong, and "
                    + "this version of the library has no known place to set them: use libtorch 2.10 for Linux, or a machine that shows its "
                    + "caches (with QEMU: -cpu host,topoext=on)."
            );
        }

        var (first, second) = ProcessorCaches.Sizes;
        int[] sizes = [first, second, ThirdOfSecond * second];
        for (var level = 0; level < Levels; level++)
        {
            Marshal.WriteInt32((nint)record, SizesAt + (level * sizeof(int)), sizes[level]);
            Marshal.WriteInt32((nint)record, SharersAt + (level * sizeof(int)), 1);
        }
    }

    /// <summary>The sizes in oneDNN's record in bytes, by level; null if it has no record of three levels.</summary>
    internal static IReadOnlyList<int>? Sizes(string path) => Record(path) is var record && record == null ? null : Read(record);

    private static List<int> Read(byte* record) =>
        [.. Enumerable.Range(0, Levels).Select(level => Marshal.ReadInt32((nint)record, SizesAt + (level * sizeof(int))))];

    // Null if the library has no such function, or if its record does not have the number of levels where it is expected.
    private static byte* Record(string path)
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryGetExport(NativeLibrary.Load(path), Exported, out var exported))
        {
            return null;
        }

        var (function, from) = Values(path);
        if (function is null || from is null)
        {
            return null;
        }

        var record = ((delegate* unmanaged<byte*>)(exported + (nint)(function.Value - from.Value)))();
        return Marshal.ReadInt32((nint)record, LevelsAt) == Levels ? record : null;
    }

    private static (long? Function, long? Exported) Values(string path)
    {
        using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        using var view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* bytes = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref bytes);
        try
        {
            var library = new ReadOnlySpan<byte>(bytes, checked((int)new FileInfo(path).Length));
            return (Elf.ValueOf(library, Function), Elf.ValueOf(library, Exported));
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }
}
