using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Data;

/// <summary>What opening a data set found that a person must know of: images left out, files passed over, counts that differ from the plan.</summary>
/// <param name="Broken">Training images that cannot be used.</param>
/// <param name="WithoutClass">Test images without a label.</param>
/// <param name="PassedOver">Files that are no image the program reads.</param>
/// <param name="Lines">Each of these, and each count that differs from the plan, in one line for the screen.</param>
public sealed record DataNotes(
    IReadOnlyList<LeftOut> Broken,
    IReadOnlyList<LeftOut> WithoutClass,
    IReadOnlyList<LeftOut> PassedOver,
    IReadOnlyList<string> Lines
)
{
    private const int Named = 3;
    private const int NamedInFile = 1000;

    /// <summary>Nothing to say.</summary>
    public static DataNotes None { get; } = new([], [], [], []);

    /// <summary>What belongs beside a result: how many images it was made without. Null where none was left out.</summary>
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
    /// What takes no part, one a line: a name, a tab and the reason. Every image is named; of other files the first thousand of each kind
    /// are, and the rest of them counted. Empty where there is nothing.
    /// </summary>
    public string FileText =>
        string.Concat(
            Broken
                .Concat(WithoutClass)
                .Concat(PassedOver.GroupBy(static file => file.Reason).SelectMany(static kind => First([.. kind])))
                .Select(static file => $"{OneLine.Of(file.Name)}\t{file.Reason}\n")
        );

    /// <summary>"8 .webp files, 2 hidden entries": files counted by their kind.</summary>
    internal static string Counted(IEnumerable<LeftOut> files) =>
        string.Join(
            ", ",
            files
                .GroupBy(static file => file.Reason)
                .OrderByDescending(static kind => kind.Count())
                .Select(static kind => Several(kind.Count(), kind.Key))
        );

    /// <summary>The first few with what is wrong with each, and how many more there are.</summary>
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
