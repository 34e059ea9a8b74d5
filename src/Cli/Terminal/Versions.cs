using System.Reflection;
using System.Runtime.InteropServices;
using SimClrDsl.Runtime.Distributed;
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

    /// <summary>Of the program and of what it runs on, by name; MPI is there where several ranks run.</summary>
    public static IReadOnlyDictionary<string, string> ByName()
    {
        var versions = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["simclr"] = Program,
            ["dotnet"] = Environment.Version.ToString(),
            ["torch"] = Capabilities.Provider,
            ["system"] = RuntimeInformation.OSDescription,
        };
        if (Ranks.Current.Size > 1)
        {
            versions["mpi"] = MpiRanks.Version;
        }

        return versions;
    }

    // The value of the build property TorchBackend.
    private static string Backend =>
        typeof(Versions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static data => data.Key == "TorchBackend").Value!;
}
