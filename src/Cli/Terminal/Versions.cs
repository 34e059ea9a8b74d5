using System.Reflection;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Cli.Terminal;

/// <summary>The versions of the program and its libraries.</summary>
internal static class Versions
{
    /// <summary>Version of the program.</summary>
    public static string Program => typeof(Versions).Assembly.GetName().Version?.ToString(3) ?? "unknown";

    /// <summary>One line each for the program, for TorchSharp with libtorch and its back end, and for the native kernels.</summary>
    public static string Text() =>
        string.Join(
            '\n',
            [
                $"simclr {Program}",
                $"TorchSharp {Capabilities.TorchSharpVersion}, libtorch {TorchSharp.torch.__version__} for {Backend}",
                Kernels.Description,
            ]
        );

    // The value of the build property TorchBackend.
    private static string Backend =>
        typeof(Versions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static data => data.Key == "TorchBackend").Value!;
}
