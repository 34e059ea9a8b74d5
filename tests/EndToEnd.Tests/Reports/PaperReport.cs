using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Reports;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Tests;

namespace SimClrDsl.EndToEnd.Tests.Reports;

/// <summary>The reports of experiments/paper/, read as tables.</summary>
internal static class PaperReport
{
    private static readonly string Folder = Path.Combine(Built.ExperimentsFolder, "paper");

    /// <summary>The names of all of them.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [.. Directory.GetFiles(Folder, "*.yaml").Select(static path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    public static Sweep Sweep(string name) => Catalogue.Read(Path.Combine(Folder, $"{name}.yaml")).Value();

    public static PaperNumbers Numbers(Sweep sweep) =>
        sweep.Report!.Paper is { } file ? PaperNumbers.Read(Path.Combine(Folder, file)).Value() : PaperNumbers.None;

    public static Report Of(Sweep sweep, string runs) => Report.Of(sweep, Numbers(sweep), runs).Value();

    /// <summary>The report of a sweep of which nothing is finished.</summary>
    public static Report Empty(string name) => Of(Sweep(name), runs: Path.Combine(Path.GetTempPath(), "simclr-no-such-folder"));

    /// <summary>The rows of a report's table as a reader sees it, the heading first.</summary>
    public static List<string[]> Table(Report report) =>
        [
            .. ReportMarkdown
                .Format(report)
                .Split('\n')
                .SkipWhile(static line => !line.StartsWith('|'))
                .TakeWhile(static line => line.StartsWith('|'))
                .Where(static line => !line.StartsWith("| --", StringComparison.Ordinal))
                .Select(static line => line[2..^2].Split(" | ").Select(static cell => cell.Trim()).ToArray()),
        ];
}
