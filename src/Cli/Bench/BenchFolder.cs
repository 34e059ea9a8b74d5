using SimClrDsl.Reading;
using SimClrDsl.Runtime;

namespace SimClrDsl.Cli.Bench;

/// <summary>The project's bench/ folder: its workloads, which are specs, and the peers that are written in Python.</summary>
internal static class BenchFolder
{
    /// <summary>The workloads' names, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names => [.. Files().Select(SpecFiles.NameOf)];

    /// <summary>Path of a peer's program.</summary>
    public static string Peer(string name) => Path.Combine(Root, "peers", $"{name}.py");

    /// <summary>The spec of a workload.</summary>
    /// <exception cref="InputException">There is no such workload.</exception>
    public static Spec Workload(string name)
    {
        var file =
            Files().FirstOrDefault(file => SpecFiles.NameOf(file) == name)
            ?? throw new InputException($"there is no workload '{name}': {Nearest.Advice(name, Names)}");
        return Catalogue.Read(file).Cells[0].Spec;
    }

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
