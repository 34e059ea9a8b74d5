using LanguageExt;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Bench;

/// <summary>
/// The project's bench/ folder: its workloads, which are specs, and the peers, which are written in Python and in C# on TorchSharp.
/// </summary>
/// <param name="Root">Path of the folder.</param>
internal sealed record BenchFolder(string Root)
{
    /// <summary>The folder where the launcher says, else above the program, as a build lies in the project's artifacts/.</summary>
    /// <returns>The folder; an error if there is none.</returns>
    public static Either<InputError, BenchFolder> Find()
    {
        var found = Candidates()
            .Select(static root => Path.Combine(root, "bench"))
            .FirstOrDefault(static bench => Directory.Exists(Path.Combine(bench, "workloads")));
        return found is null
            ? new InputError("the project's bench/ folder was not found: run './simclr bench' from the project.")
            : new BenchFolder(found);
    }

    /// <summary>The workloads' names, in alphabetical order.</summary>
    public IReadOnlyList<string> Names => [.. Workloads().Select(SpecFiles.NameOf)];

    /// <summary>Path of a peer's program.</summary>
    public string Peer(string name) => Path.Combine(Root, "peers", $"{name}.py");

    /// <summary>The program of the peers in TorchSharp.</summary>
    /// <returns>Its path; an error if it was not built.</returns>
    public Either<InputError, string> TorchSharpPeers()
    {
        var built = Path.Combine(Root, "..", "artifacts", "bin", "TorchSharp.Bench");
        var program = new[] { "release", "debug" }
            .Select(configuration => Path.GetFullPath(Path.Combine(built, configuration, "TorchSharp.Bench.dll")))
            .FirstOrDefault(File.Exists);
        return program is null
            ? new InputError(
                "the peers in TorchSharp are not built: type 'dotnet build bench/TorchSharp -c Release', or run './simclr bench', which does it."
            )
            : program;
    }

    /// <summary>The spec of a workload.</summary>
    /// <returns>The spec; an error if there is no such workload.</returns>
    public Either<InputError, Spec> Workload(string name) =>
        Workloads().FirstOrDefault(file => SpecFiles.NameOf(file) == name) is { } file
            ? Catalogue.Read(file).Map(static sweep => sweep.Cells[0].Spec)
            : new InputError($"there is no workload '{name}': {Nearest.Advice(name, Names)}");

    /// <summary>The specs whose time and memory are estimated and then measured.</summary>
    public IEnumerable<string> Estimates() => SpecsIn("estimates");

    private IEnumerable<string> Workloads() => SpecsIn("workloads");

    private IEnumerable<string> SpecsIn(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.yaml").Order(StringComparer.Ordinal);

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
