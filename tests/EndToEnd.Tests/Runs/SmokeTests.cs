using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>
/// The small form of an experiment: every stage runs, on whose images is said, and no number is shown that means nothing.
/// </summary>
public sealed class SmokeTests
{
    private const string MadeUp = "trains on made-up images";

    private const string Own = """
        name: own
        data: { source: folder, path: images, image: 8, classes: 2, train_images: 8, test_images: 4, unlabelled: 8, labels: 4 }
        encoder: { resnet: 18, width: 0.125 }
        pretrain: { head: { layers: 2, out: 8 }, epochs: 1, batch: 4 }
        evaluate: { knn: { k: 3 } }

        """;

    public static TheoryData<string> Names => Built.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_experiment_of_the_folder_runs_from_end_to_end(string name)
    {
        using var folder = new Workplace();
        var outcome = folder.Simclr("run", name, "--smoke").Succeeded();
        var run = Assert.Single(Directory.GetDirectories(folder.At("runs")));
        var stages = folder.Simclr("plan", name, "--json").Succeeded().Json.GetProperty("stages").EnumerateObject();
        var experiment = Built.Experiments.Single(experiment => experiment.Name == name);
        var withKnn = experiment.Spec.Evaluate?.Knn is not null;
        string[] expected =
        [
            .. stages.SelectMany(stage => stage.Name == "pretrain" && withKnn ? [stage.Name, "knn"] : (string[])[stage.Name]),
        ];
        RunFiles.AssertComplete(run, expected);
        Assert.Equal($"{name}-smoke", RunFiles.Summary(run).GetProperty("name").GetString());

        Assert.Contains($"{name}-smoke runs: {string.Join(", ", expected)}.", outcome.OutputLines);
        Assert.DoesNotMatch(@"loss \d|top-|\.\d\d %", outcome.Output);

        // Said before the run and after it, wherever it is so.
        var atHand = Datasets.AreAtHand(DataPlan.Of(experiment.Spec.Data), DataPlace.Anywhere);
        Assert.Equal(atHand ? 0 : 2, outcome.OutputLines.Count(static line => line.Contains(MadeUp, StringComparison.Ordinal)));
        Assert.Equal(!atHand, File.ReadAllText(Path.Combine(run, "spec.yaml")).Contains("source: synthetic", StringComparison.Ordinal));
    }

    [Fact]
    public void Ones_own_images_are_what_it_trains_on()
    {
        using var folder = new Workplace();
        folder.With("own.yaml", Own.Replace("path: images", $"path: {folder.At("images")}", StringComparison.Ordinal));
        foreach (var image in Images(folder))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(image)!);
            File.WriteAllBytes(image, Pictures.Encode(new Picture(8, 8, new byte[3 * 8 * 8])));
        }

        var outcome = folder.Simclr("run", "own.yaml", "--smoke").Succeeded();
        Assert.DoesNotContain("made-up", outcome.Output, StringComparison.Ordinal);
        var spec = File.ReadAllText(Path.Combine(Assert.Single(Directory.GetDirectories(folder.At("runs"))), "spec.yaml"));
        Assert.Contains("source: folder", spec, StringComparison.Ordinal);
        Assert.Contains(folder.At("images"), spec, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_folder_is_missing_made_up_images_are_named_as_such()
    {
        using var folder = new Workplace();
        folder.With("own.yaml", Own.Replace("path: images", $"path: {folder.At("images")}", StringComparison.Ordinal));
        var lines = folder.Simclr("run", "own.yaml", "--smoke").Succeeded().OutputLines;
        var said = $"own: there is no folder {folder.At("images")}, so this smoke run {MadeUp}, not on yours.";
        Assert.Equal((said, said), (lines[0], lines[^1]));
    }

    private static IEnumerable<string> Images(Workplace folder) =>
        from split in ((string Name, int Count)[])[("train", 4), ("test", 2)]
        from label in (string[])["a", "b"]
        from number in Enumerable.Range(0, split.Count)
        select folder.At($"images/{split.Name}/{label}/{number}.png");
}
