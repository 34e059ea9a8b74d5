using System.Reflection;
using System.Text.RegularExpressions;
using SimClrDsl.Cli;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Export;
using SimClrDsl.Generators;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;

namespace SimClrDsl.EndToEnd.Tests.Architecture;

/// <summary>What may know what: one namespace a folder, and doors between folders that open one way.</summary>
public sealed partial class ArchitectureTests
{
    // Each folder may know those before it in its project, and none after it.
    private static readonly IReadOnlyDictionary<string, (Assembly Assembly, string Root, string[] Folders)> Projects = new Dictionary<
        string,
        (Assembly, string, string[])
    >
    {
        ["Dsl"] = (typeof(Spec).Assembly, "SimClrDsl", ["Specs", "Planning", "Planning.Steps", "Reading", "Printing"]),
        ["Generators"] = (typeof(ExperimentGenerator).Assembly, "SimClrDsl.Generators", ["Diagnostics", "Emit", "Frontend", ""]),
        ["Runtime"] = (
            typeof(Key).Assembly,
            "SimClrDsl.Runtime",
            [
                "Files",
                "Profiling",
                "Tensors",
                "Geometry",
                "Native",
                "Distributed",
                "Autograd",
                "Layers",
                "Objectives",
                "Optim",
                "Images",
                "Augment",
                "Data",
                "Evaluate",
                "Training",
                "Weights.TensorFlow",
                "Weights.PyTorch",
                "Weights.Names",
                "Weights",
                "Runs",
                "Stages",
                "Execution",
            ]
        ),
        ["Export"] = (typeof(OnnxExport).Assembly, "SimClrDsl.Export", [""]),
        ["Cli"] = (
            typeof(CommandLine).Assembly,
            "SimClrDsl.Cli",
            ["Terminal", "Lookup", "Printing", "NewSpecs", "Running", "Reports", "Pages", "Commands", ""]
        ),
        ["Bench"] = (typeof(Bench.Commands).Assembly, "SimClrDsl.Bench", [""]),
    };

    // Parts of the project or of the world that a project must do without.
    private static readonly IReadOnlyDictionary<string, string[]> Forbidden = new Dictionary<string, string[]>
    {
        ["Dsl"] = ["TorchSharp", "Microsoft.CodeAnalysis", "SimClrDsl.Generators", "SimClrDsl.Runtime"],
        ["Generators"] = ["TorchSharp", "SimClrDsl.Runtime"],
        ["Runtime"] = ["YamlDotNet", "Microsoft.CodeAnalysis", "Microsoft.ML.OnnxRuntime", "SimClrDsl.Generators", "System.CommandLine"],
        ["Export"] = ["YamlDotNet", "Microsoft.CodeAnalysis", "SimClrDsl.Generators", "System.CommandLine"],
        ["Cli"] = ["simclr-bench"],
        ["Bench"] = [],
    };

    public static TheoryData<string> ProjectNames => [.. Projects.Keys];

    [Theory]
    [MemberData(nameof(ProjectNames))]
    public void Each_folder_knows_only_folders_before_it(string project)
    {
        var (assembly, root, folders) = Projects[project];
        var violations = string.Join('\n', Violations(NamespaceReferences.Of(assembly), root, folders));
        Assert.True(violations.Length == 0, violations);
    }

    [Fact]
    public void A_door_that_opens_the_wrong_way_is_told_with_the_pair_and_the_place()
    {
        var (assembly, root, folders) = Projects["Dsl"];
        var violations = Violations(NamespaceReferences.Of(assembly), root, [.. folders.Reverse()]).ToList();
        Assert.Contains(violations, static line => line.StartsWith("Planning knows Specs: ", StringComparison.Ordinal));
        Assert.Contains(violations, static line => line.StartsWith("Reading knows Planning: ", StringComparison.Ordinal));
        Assert.DoesNotContain(violations, static line => line.StartsWith("Specs knows", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(ProjectNames))]
    public void Each_file_is_in_the_namespace_of_its_folder(string project)
    {
        var (_, root, folders) = Projects[project];
        var source = Path.Combine(Built.Repository, "src", project);
        var misplaced = Directory
            .EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Select(file => (File: Path.GetRelativePath(source, file), Space: NamespaceLine().Match(File.ReadAllText(file))))
            .Where(static file => file.Space.Success && !file.File.StartsWith("obj", StringComparison.Ordinal))
            .Where(file => file.Space.Groups[1].Value != Joined(root, Path.GetDirectoryName(file.File)!.Replace('/', '.')))
            .Select(static file => $"{file.File} is in {file.Space.Groups[1].Value}");
        var lines = string.Join('\n', misplaced);
        Assert.True(lines.Length == 0, lines);
    }

    [Theory]
    [MemberData(nameof(ProjectNames))]
    public void Each_project_does_without_what_it_must_not_know(string project)
    {
        var references = Projects[project].Assembly.GetReferencedAssemblies().Select(static name => name.Name!);
        Assert.DoesNotContain(
            references,
            name => Forbidden[project].Any(forbidden => name.StartsWith(forbidden, StringComparison.Ordinal))
        );
    }

    private static IEnumerable<string> Violations(IReadOnlyList<NamespaceReference> references, string root, string[] folders)
    {
        var order = folders
            .Select((folder, i) => (Name: Joined(root, folder), i))
            .ToDictionary(static pair => pair.Name, static pair => pair.i);
        string Folder(string space) => space.Length > root.Length ? space[(root.Length + 1)..] : "the root";
        return references
            .Where(pair => !order.TryGetValue(pair.From, out var from) || !order.TryGetValue(pair.To, out var to) || from <= to)
            .Where(pair => order.ContainsKey(pair.From) || pair.From.StartsWith(root, StringComparison.Ordinal))
            .Select(pair => $"{Folder(pair.From)} knows {Folder(pair.To)}: {pair.Example}");
    }

    private static string Joined(string root, string folder) => folder.Length == 0 ? root : $"{root}.{folder}";

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}
