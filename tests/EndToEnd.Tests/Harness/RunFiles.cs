using System.Text.Json;

namespace SimClrDsl.EndToEnd.Tests.Harness;

/// <summary>What a run leaves behind.</summary>
internal static class RunFiles
{
    private static readonly string[] Fixed =
    [
        ".lock",
        "labelled.txt",
        "launches.jsonl",
        "metrics.jsonl",
        "online.jsonl",
        "plan.txt",
        "spec.yaml",
        "speed.jsonl",
        "summary.json",
        "warnings.jsonl",
    ];

    public static JsonElement Summary(string folder) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "summary.json"))).RootElement;

    /// <summary>Accuracies by their key in summary.json.</summary>
    public static SortedDictionary<string, double> Top1(string folder) =>
        new(
            Summary(folder).GetProperty("top1").EnumerateObject().ToDictionary(static one => one.Name, static one => one.Value.GetDouble())
        );

    /// <summary>Asserts that a run of all stages left its files, whole, and nothing else.</summary>
    public static void AssertComplete(string folder, IReadOnlyCollection<string> stages)
    {
        var files = Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file))
            .Where(static file => !file.StartsWith("tensorboard/", StringComparison.Ordinal)) // their names hold time and host
            .ToLookup(static file =>
                file.StartsWith("generated/", StringComparison.Ordinal) && file.EndsWith(".g.cs", StringComparison.Ordinal)
            );
        var networks = stages.Intersect(["pretrain", "finetune", "distill"]).Select(static stage => $"checkpoints/{stage}.safetensors");
        var finished = stages.Select(static stage => $"stages/{stage}.json");
        Assert.Equal(
            [.. Fixed.Concat(networks).Concat(finished).Order(StringComparer.Ordinal)],
            files[false].Order(StringComparer.Ordinal)
        );
        Assert.NotEmpty(files[true]);
        AssertSummary(Summary(folder), stages);
        AssertCurves(Path.Combine(folder, "metrics.jsonl"), stages);
    }

    private static void AssertSummary(JsonElement summary, IReadOnlyCollection<string> stages)
    {
        Assert.Equal(["name", "spec_hash", "seed", "seconds", "pretrain", "top1", "top5", "date", "computed", "made_from"], Keys(summary));
        Assert.Equal(["images_per_second", "final_loss"], Keys(summary.GetProperty("pretrain")));
        Assert.True(summary.GetProperty("seconds").GetDouble() >= 0); // in tenths: a fast machine needs none
        Assert.All(summary.GetProperty("pretrain").EnumerateObject(), static value => Assert.True(value.Value.GetDouble() > 0));

        var top1 = summary.GetProperty("top1");
        Assert.Equal([.. stages.Select(Key).OfType<string>()], Keys(top1));
        Assert.All(top1.EnumerateObject(), static value => Assert.InRange(value.Value.GetDouble(), 0, 1));
    }

    private static void AssertCurves(string path, IReadOnlyCollection<string> stages)
    {
        var points = File.ReadAllLines(path).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(
            stages.Where(static stage => stage != "knn").Order(StringComparer.Ordinal),
            points.Select(static point => point.GetProperty("stage").GetString()!).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.All(points, static point => Assert.True(double.IsFinite(point.GetProperty("loss").GetDouble())));
    }

    private static string? Key(string stage) =>
        stage switch
        {
            "pretrain" => null,
            "supervised" => "label_only",
            "finetune" => "finetuned",
            "distill" => "distilled",
            _ => stage,
        };

    private static string[] Keys(JsonElement json) => [.. json.EnumerateObject().Select(static property => property.Name)];
}
