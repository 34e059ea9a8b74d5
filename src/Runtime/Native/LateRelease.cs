using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace SimClrDsl.Runtime.Native;

/// <summary>
/// Frees TorchSharp's numbers and tensors later than TorchSharp does. TorchSharp 0.107 hands libtorch the address of a number (as in
/// <c>x * 0.5</c>, and also in <c>x + y</c>, whose second term has a factor of 1) or of a tensor, and keeps no reference to the object that
/// owns it. If nothing else does, as in <c>x + (y + z)</c> outside a dispose scope, and the garbage collector runs at that moment, then the
/// finalizer thread frees what libtorch reads: the result is wrong, or the process ends. The library of the kernels has functions that take
/// the place of those that free numbers and tensors, and wait for ten seconds. A tensor that the program itself disposes of is freed at
/// once.
/// </summary>
internal static class LateRelease
{
    private const string OfNumbers = "THSTorch_dispose_scalar";
    private const string OfTensors = "THSTensor_dispose";

    /// <summary>Whether objects are freed late. They are not where the library of the kernels is not beside the program.</summary>
    public static bool IsInUse { get; private set; }

    /// <summary>Puts the library's functions in the place of TorchSharp's. Must run before TorchSharp makes its first tensor.</summary>
    public static void Use()
    {
        if (
            TorchLibraries.PathOf(KernelLibrary.Name) is not { } path
            || !NativeLibrary.TryLoad(path, out var kernels)
            || !NativeLibrary.TryLoad("LibTorchSharp", typeof(torch).Assembly, null, out var torchSharp)
        )
        {
            return;
        }

        KernelLibrary.simclr_release_tensors(NativeLibrary.GetExport(torchSharp, OfTensors));

        // .NET asks the resolver once for each function that it links: for all others the answer is TorchSharp's own library.
        var linking = true;
        NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, (_, _, _) => linking ? kernels : 0);
        var functions = typeof(torch).Assembly.GetType("TorchSharp.PInvoke.NativeMethods", throwOnError: true)!;
        foreach (var name in new[] { OfNumbers, OfTensors })
        {
            Marshal.Prelink(
                functions.GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)
                    ?? throw new MissingMethodException($"TorchSharp has no function {name} any more: see how it frees objects now.")
            );
        }

        linking = false;
        ShowFinalizerThread();
        IsInUse = true;
    }

    // Nothing refers to the object, so the first garbage collection has it finalized, before all tensors, which are made later.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ShowFinalizerThread() => _ = new FirstGarbage();

    private sealed class FirstGarbage
    {
        ~FirstGarbage() => KernelLibrary.simclr_finalizes();
    }
}
