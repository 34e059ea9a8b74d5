using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace SimClrDsl.Runtime.Native;

/// <summary>
/// Frees TorchSharp's numbers later than TorchSharp does. For <c>x * 0.5</c>, and also for <c>x + y</c>, whose second term has a factor of
/// 1, TorchSharp 0.107 hands libtorch the address of a number and keeps no reference to the object that owns it. If the garbage collector
/// runs at that moment, the finalizer thread frees the number while libtorch reads it: the result is wrong, or the process ends. The
/// library of the kernels has a function that takes the place of the one that frees numbers, and waits for ten seconds.
/// </summary>
internal static class ScalarRelease
{
    private const string Release = "THSTorch_dispose_scalar";

    /// <summary>Whether numbers are freed late. They are not where the library of the kernels is not beside the program.</summary>
    public static bool IsDelayed { get; private set; }

    /// <summary>Puts the library's function in the place of TorchSharp's. Must run before TorchSharp frees its first number.</summary>
    public static void Delay()
    {
        if (TorchLibraries.PathOf(KernelLibrary.Name) is not { } path || !NativeLibrary.TryLoad(path, out var kernels))
        {
            return;
        }

        // .NET asks the resolver once for each function that it links: for all others the answer is TorchSharp's own library.
        var linking = true;
        NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, (_, _, _) => linking ? kernels : 0);
        Marshal.Prelink(
            typeof(torch)
                .Assembly.GetType("TorchSharp.PInvoke.NativeMethods", throwOnError: true)!
                .GetMethod(Release, BindingFlags.Static | BindingFlags.NonPublic)
                ?? throw new MissingMethodException($"TorchSharp has no function {Release} any more: see how it frees numbers now.")
        );
        linking = false;
        IsDelayed = true;
    }
}
