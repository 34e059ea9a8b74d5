using System.Text.RegularExpressions;
using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Launcher;

/// <summary>The patches of tests/Mistakes fit the code as it is. That they are noticed is what `./simclr mistakes` shows.</summary>
public sealed partial class MistakesTests
{
    private static readonly string Folder = Path.Combine(Built.Repository, "tests", "Mistakes");

    /// <summary>Names of the patches.</summary>
    public static TheoryData<string> Patches =>
        [
            .. Directory
                .EnumerateFiles(Folder, "*.patch")
                .Select(static path => Path.GetFileNameWithoutExtension(path)!)
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Patches))]
    public void A_patch_applies_to_the_code(string name)
    {
        // A checkout without .git that lies in another repository is no part of that one.
        var environment = new Dictionary<string, string?> { ["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(Built.Repository) };
        Processes.Run("git", ["apply", "--check", PathOf(name)], Built.Repository, environment).Succeeded();
    }

    [Theory]
    [MemberData(nameof(Patches))]
    public void A_patch_says_what_is_wrong_and_names_tests_that_exist(string name)
    {
        var header = Header().Match(File.ReadAllText(PathOf(name)));
        Assert.True(header.Success, "begins with '# What is wrong: …' and '# Killed by: PROJECT FILTER'");
        var project = Path.Combine(Built.Repository, "tests", $"{header.Groups["project"].Value}.Tests");
        var sources = Directory.EnumerateFiles(project, "*Tests.cs", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
        var names = Names().Matches(header.Groups["filter"].Value).Select(static match => match.Value.Split('.')).ToList();
        Assert.NotEmpty(names);
        Assert.All(
            names.SelectMany(static parts => parts),
            part => Assert.Contains(sources, source => Regex.IsMatch(source, $@"\b{Regex.Escape(part)}"))
        );
    }

    private static string PathOf(string name) => Path.Combine(Folder, $"{name}.patch");

    [GeneratedRegex(@"\A# What is wrong: .+\n# Killed by: (?<project>\w+) (?<filter>\S.*)\n")]
    private static partial Regex Header();

    [GeneratedRegex(@"(?<=[~=])[\w.]+")]
    private static partial Regex Names();
}
