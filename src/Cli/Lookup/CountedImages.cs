using System.Globalization;
using LanguageExt;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Lookup;

/// <summary>
/// Counts the images of <c>source: folder</c> where a spec leaves their numbers out and the folder is there. The counts are added to the
/// spec as if they were written in it, so plans, hashes and the <c>spec.yaml</c> of a run have them.
/// </summary>
internal static class CountedImages
{
    private const string Data = "data";

    // Keys whose stages use labels. Pretraining uses them only for its online classifier.
    private static readonly string[] StagesWithLabels = ["evaluate", "finetune", "self_distill", "distill"];
    private static readonly SpecSetting[] NothingToCount = [];
    private static readonly string[] Counts = ["classes", "train_images", "train_labels", "test_images"];

    /// <summary>The settings that a spec leaves to be counted.</summary>
    /// <param name="file">Path of the spec's file.</param>
    /// <param name="text">Its text.</param>
    /// <param name="settings">The settings of the command line, which come before those of the file.</param>
    /// <returns>
    /// The settings; none if the spec says everything, or if its folder is not there. An error if the folder is there, but has no images in
    /// the places where they are looked for.
    /// </returns>
    public static Either<InputError, IReadOnlyList<SpecSetting>> Of(string file, string text, IReadOnlyList<SpecSetting> settings)
    {
        if (YamlFrontend.Read(file, text).Root is not SpecNode.Map root)
        {
            return NothingToCount;
        }

        // A setting may replace all of them.
        var data = (settings.LastOrDefault(static setting => setting.Path == Data)?.Value ?? root.Find(Data)?.Value) as SpecNode.Map;
        string? Value(string key) =>
            (settings.LastOrDefault(setting => setting.Path == $"{Data}.{key}")?.Value ?? data?.Find(key)?.Value)
                is SpecNode.Scalar { IsNone: false, Text: { Length: > 0 } value }
                ? value
                : null;
        bool Varies(string key) => (root.Find("matrix")?.Value as SpecNode.Map)?.Find($"{Data}.{key}") is not null;
        var open = Counts.Where(key => Value(key) is null && !Varies(key)).ToList();
        if (
            data is null
            || open.Count == 0
            || Value("source") != "folder"
            || Value("path") is not { } path
            || Varies("path")
            || Varies("source")
        )
        {
            return NothingToCount;
        }

        return FolderCounts.Find(path, Path.GetDirectoryName(file)) is { } folder
            ? FolderCounts.Of(folder, UsesLabels(root, settings)).Map(counts => Settings(counts, open, folder))
            : NothingToCount;
    }

    private static IReadOnlyList<SpecSetting> Settings(FolderCounts counts, IReadOnlyList<string> open, string folder) =>
        [
            .. new (string Key, int Count, bool Said)[]
            {
                ("classes", counts.Classes.Count, counts.Classes.Count > 0),
                ("train_images", counts.TrainImages, true),
                ("train_labels", counts.TrainLabels, counts.Classes.Count > 0 && counts.TrainLabels < counts.TrainImages),
                ("test_images", counts.TestImages, counts.TestImages > 0),
            }
                .Where(count => count.Said && open.Contains(count.Key))
                .Select(count => Setting(count.Key, count.Count, folder)),
        ];

    private static SpecSetting Setting(string key, int count, string folder)
    {
        var source = $"{Data}.{key}, counted in {folder}";
        var value = count.ToString(CultureInfo.InvariantCulture);
        return new($"{Data}.{key}", source, new SpecNode.Scalar(value, Quoted: false, SourceSpan.StartOf(source)));
    }

    private static bool UsesLabels(SpecNode.Map root, IReadOnlyList<SpecSetting> settings)
    {
        bool Given(string key) =>
            (settings.LastOrDefault(setting => setting.Path == key)?.Value ?? root.Find(key)?.Value)
                is not (null or SpecNode.Scalar { IsNone: true })
            || settings.Any(setting => setting.Path.StartsWith($"{key}.", StringComparison.Ordinal));
        const string Online = "online_linear";
        return StagesWithLabels.Any(Given)
            || (root.Find("pretrain")?.Value as SpecNode.Map)?.Find(Online) is not null
            || settings.Any(static setting => setting.Path.StartsWith($"pretrain.{Online}", StringComparison.Ordinal));
    }
}
