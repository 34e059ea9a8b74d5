using System.Text.RegularExpressions;
using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Architecture;

/// <summary>How tests are named and where they lie.</summary>
public sealed partial class TestLayoutTests
{
    // Folders of what tests are made from.
    private static readonly string[] Aids = ["Fixtures", "Specs"];

    private static readonly string Tests = Path.Combine(Built.Repository, "tests");

    [Fact]
    public void The_name_of_a_test_is_a_sentence_of_words_joined_by_underscores()
    {
        var names = Directory
            .EnumerateFiles(Tests, "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(static file =>
                TestMethod().Matches(File.ReadAllText(file)).Select(match => (File: file, match.Groups["name"].Value))
            )
            .ToList();
        Assert.True(names.Count > 900, $"{names.Count} tests found");
        var others = names
            .Where(static test => !Sentence().IsMatch(test.Value))
            .Select(static test => $"{Path.GetRelativePath(Tests, test.File)}: {test.Value}");
        Assert.Empty(others);
    }

    [Fact]
    public void Folders_of_the_runtimes_tests_are_those_of_the_runtime()
    {
        var source = Path.Combine(Built.Repository, "src", "Runtime");
        var others = Directory
            .EnumerateDirectories(Path.Combine(Tests, "Runtime.Tests"))
            .Select(static folder => Path.GetFileName(folder))
            .Where(folder => !Aids.Contains(folder) && !Directory.Exists(Path.Combine(source, folder)))
            .Where(static folder => folder is not "bin" and not "obj");
        Assert.Empty(others);
    }

    [Fact]
    public void Each_test_file_is_in_the_namespace_of_its_folder()
    {
        var others = Directory
            .EnumerateFiles(Path.Combine(Tests, "Runtime.Tests"), "*.cs", SearchOption.AllDirectories)
            .Select(static file => (Folder: Path.GetRelativePath(Tests, Path.GetDirectoryName(file)!), File.ReadAllText(file)))
            .Select(static file => (file.Folder, Space: NamespaceLine().Match(file.Item2).Groups[1].Value))
            .Where(static file => file.Space != $"SimClrDsl.{file.Folder.Replace('/', '.')}")
            .Select(static file => $"{file.Folder}: {file.Space}");
        Assert.Empty(others);
    }

    // The attribute, whatever follows it, and the first method after it.
    [GeneratedRegex(
        @"^ *\[(?:Fact|Theory)\b[^\n]*\n(?:(?! *public ).*\n)*? *public (?:static |async )*[\w<>]+ (?<name>\w+)\(",
        RegexOptions.Multiline
    )]
    private static partial Regex TestMethod();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+){2,}$")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}
