using System.Reflection;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Cli.Terminal;

/// <summary>What this program is made of.</summary>
internal static class Versions
{
    /// <summary>Version of the program.</summary>
    public static string Program => typeof(Versions).Assembly.GetName().Version?.ToString(3) ?? "unknown";

    /// <summary>A line for each: the program, TorchSharp with its libtorch and redistributable, and the kernels.</summary>
    public static string Text() =>
        string.Join(
            '\n',
            [
                $"simclr {Program}",
                $"TorchSharp {Capabilities.TorchSharpVersion}, libtorch {TorchSharp.torch.__version__} for {Backend}",
                Kernels.Description,
            ]
        );

    // The build's property TorchBackend.
    private static string Backend =>
        typeof(Versions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static data => data.Key == "TorchBackend").Value!;
}
