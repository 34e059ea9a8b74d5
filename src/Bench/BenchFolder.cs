using SimClrDsl.Cli.Lookup;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Bench;

/// <summary>
/// The project's bench/ folder: its workloads, which are specs, and the peers, which are written in Python and in C# on TorchSharp.
/// </summary>
internal static class BenchFolder
{
    /// <summary>The workloads' names, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names => [.. Files().Select(SpecFiles.NameOf)];

    /// <summary>Path of a peer's program.</summary>
    public static string Peer(string name) => Path.Combine(Root, "peers", $"{name}.py");

    /// <summary>The program of the peers in TorchSharp.</summary>
    /// <exception cref="InputException">It was not built.</exception>
    public static string TorchSharpPeers()
    {
        var built = Path.Combine(Root, "..", "artifacts", "bin", "TorchSharp.Bench");
        return new[] { "release", "debug" }
                .Select(configuration => Path.GetFullPath(Path.Combine(built, configuration, "TorchSharp.Bench.dll")))
                .FirstOrDefault(File.Exists)
            ?? throw new InputException(
                "the peers in TorchSharp are not built: type 'dotnet build bench/TorchSharp -c Release', or run './simclr bench', which does it."
            );
    }

    /// <summary>The spec of a workload.</summary>
    /// <exception cref="InputException">There is no such workload.</exception>
    public static Spec Workload(string name)
    {
        var file =
            Files().FirstOrDefault(file => SpecFiles.NameOf(file) == name)
            ?? throw new InputException($"there is no workload '{name}': {Nearest.Advice(name, Names)}");
        return Catalogue.Read(file).OrThrow().Cells[0].Spec;
    }

    /// <summary>The specs whose time and memory are estimated and then measured.</summary>
    public static IEnumerable<string> Estimates() =>
        Directory.EnumerateFiles(Path.Combine(Root, "estimates"), "*.yaml").Order(StringComparer.Ordinal);

    private static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Path.Combine(Root, "workloads"), "*.yaml").Order(StringComparer.Ordinal);

    // Where the launcher says, else above the program, as a build lies in the project's artifacts/.
    private static string Root =>
        Candidates()
            .Select(static root => Path.Combine(root, "bench"))
            .FirstOrDefault(static bench => Directory.Exists(Path.Combine(bench, "workloads")))
        ?? throw new InputException("the project's bench/ folder was not found: run './simclr bench' from the project.");

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("SIMCLR_ROOT") is { Length: > 0 } root)
        {
            yield return root;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
        }
    }
}
