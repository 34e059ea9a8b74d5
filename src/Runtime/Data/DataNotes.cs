using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Findings about a data set that the user must know: images that are left out, files that are ignored, and counts that differ from the
/// plan.
/// </summary>
/// <param name="Broken">Training images that cannot be decoded.</param>
/// <param name="WithoutClass">Test images without a label.</param>
/// <param name="PassedOver">Files that are not images in a supported format.</param>
/// <param name="Lines">One line for the screen for each kind of finding.</param>
public sealed record DataNotes(
    IReadOnlyList<LeftOut> Broken,
    IReadOnlyList<LeftOut> WithoutClass,
    IReadOnlyList<LeftOut> PassedOver,
    IReadOnlyList<string> Lines
)
{
    private const int Named = 3;
    private const int NamedInFile = 1000;

    /// <summary>No findings.</summary>
    public static DataNotes None { get; } = new([], [], [], []);

    /// <summary>The remark for every result about images that are left out, with their number; null if there are none.</summary>
    public string? Remark
    {
        get
        {
            var parts = new[]
            {
                Broken.Count > 0 ? $"{Images(Broken.Count, "broken training image")} left out" : null,
                WithoutClass.Count > 0 ? $"{Images(WithoutClass.Count, "test image")} without a label passed over" : null,
            }
                .OfType<string>()
                .ToList();
            return parts.Count == 0 ? null : string.Join("; ", parts);
        }
    }

    /// <summary>
    /// The list of all images and files that are not used, one per line: a name, a tab and the reason. All images are listed; of other
    /// files the first thousand of each kind, and the number of the rest. Empty if there are none.
    /// </summary>
    public string FileText =>
        string.Concat(
            Broken
                .Concat(WithoutClass)
                .Concat(PassedOver.GroupBy(static file => file.Reason).SelectMany(static kind => First([.. kind])))
                .Select(static file => $"{OneLine.Of(file.Name)}\t{file.Reason}\n")
        );

    /// <summary>The number of files of each kind, such as "8 .gif files, 2 hidden entries".</summary>
    internal static string Counted(IEnumerable<LeftOut> files) =>
        string.Join(
            ", ",
            files
                .GroupBy(static file => file.Reason)
                .OrderByDescending(static kind => kind.Count())
                .Select(static kind => Several(kind.Count(), kind.Key))
        );

    /// <summary>The first few files, each with its reason, and the number of the rest.</summary>
    internal static string Listed(IReadOnlyList<LeftOut> files)
    {
        var names = string.Join(", ", files.Take(Named).Select(static file => $"{OneLine.Of(file.Name)} ({file.Reason})"));
        return files.Count > Named ? $"{names} and {files.Count - Named} more" : names;
    }

    private static IEnumerable<LeftOut> First(IReadOnlyList<LeftOut> kind) =>
        kind.Count <= NamedInFile
            ? kind
            : kind.Take(NamedInFile).Append(new LeftOut($"and {kind.Count - NamedInFile} more", kind[0].Reason));

    private static string Images(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Several(int count, string reason) =>
        count == 1 ? $"1 {reason}"
        : reason.StartsWith("hidden", StringComparison.Ordinal) ? $"{count} hidden entries"
        : reason.EndsWith("file", StringComparison.Ordinal) || reason.EndsWith("member", StringComparison.Ordinal) ? $"{count} {reason}s"
        : $"{count} × {reason}";
}
