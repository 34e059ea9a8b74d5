using System.Text.Json;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Runtime.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private readonly TempFolder root = new();

    public void Dispose() => root.Dispose();

    [Fact]
    public void A_run_has_its_own_folder_with_its_parts()
    {
        var folder = RunFolder.Create(root.Path, "fashion", "1a2b3c").Value();
        Assert.Equal(root.File("fashion-1a2b3c"), folder.Path);
        Assert.True(Directory.Exists(Path.GetDirectoryName(folder.Checkpoint("pretrain"))));
        Assert.True(Directory.Exists(Path.GetDirectoryName(folder.Generated("Model.g.cs"))));
        Assert.EndsWith("pretrain.safetensors", folder.Checkpoint("pretrain"), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
        RunFolder.Create(root.Path, "fashion", "1a2b3c").Value();
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(root.File("runs"), "");
        var error = RunFolder.Create(root.File("runs"), "a", "b").Error();
        Assert.Contains("a-b cannot be written", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_are_replaced_whole()
    {
        var folder = RunFolder.Create(root.Path, "a", "b").Value();
        folder.WriteText("summary.json", "first, and longer");
        folder.WriteText("summary.json", "second √");
        Assert.Equal("second √"u8.ToArray(), File.ReadAllBytes(folder.Summary));
        Assert.Single(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void Metrics_are_there_line_by_line_and_go_on_after_a_restart()
    {
        var folder = RunFolder.Create(root.Path, "a", "b").Value();
        var point = Point("pretrain", 10, loss: 4.25);
        using (var log = new MetricsLog(folder.Metrics))
        {
            log.Append(point);
            Assert.Single(File.ReadAllLines(folder.Metrics));
        }

        using (var log = new MetricsLog(folder.Metrics))
        {
            log.Append(point with { Metrics = point.Metrics with { Step = 20, LearningRate = null, Loss = double.NaN } });
        }

        Assert.Equal(
            [
                """{"stage":"pretrain","step":10,"epoch":0.5,"loss":4.25,"accuracy":0.125,"lr":0.1}""",
                """{"stage":"pretrain","step":20,"epoch":0.5,"loss":"NaN","accuracy":0.125}""",
            ],
            File.ReadAllLines(folder.Metrics)
        );
        var speed = """{"stage":"pretrain","step":10,"images_per_second":1234.5,"seconds":3}""";
        Assert.Equal([speed, speed], File.ReadAllLines(folder.File("speed.jsonl")));
    }

    [Fact]
    public void Half_a_line_of_a_run_cut_off_is_dropped()
    {
        File.WriteAllText(root.File("metrics.jsonl"), "{}\n{\"stage\":\"pre");
        using (var log = new MetricsLog(root.File("metrics.jsonl")))
        {
            log.Append(Point("pretrain", 1, loss: 1));
        }

        Assert.Equal(2, File.ReadAllLines(root.File("metrics.jsonl")).Length);
        Assert.StartsWith("{\"stage\":\"pretrain\"", File.ReadAllLines(root.File("metrics.jsonl"))[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_that_goes_on_leaves_its_points_up_to_there_and_those_of_others()
    {
        using (var log = new MetricsLog(root.File("metrics.jsonl")))
        {
            log.Append(Point("pretrain", 10, loss: 3));
            log.Append(Point("finetune", 10, loss: 2));
            log.Append(Point("finetune", 20, loss: 1));
        }

        using (var log = new MetricsLog(root.File("metrics.jsonl")))
        {
            log.GoOn("finetune", [Point("finetune", 10, loss: 2)], step: 10);
            log.Append(Point("finetune", 20, loss: 0.5));
        }

        Assert.Equal([3, 2, 0.5], File.ReadAllLines(root.File("metrics.jsonl")).Select(Loss));
    }

    [Fact]
    public void A_stage_that_begins_anew_keeps_its_points_until_it_has_one()
    {
        using var log = new MetricsLog(root.File("metrics.jsonl"));
        log.Append(Point("pretrain", 10, loss: 3));
        log.Begin("pretrain");
        Assert.Equal([3], File.ReadAllLines(root.File("metrics.jsonl")).Select(Loss));
        log.Append(Point("pretrain", 10, loss: 4));
        Assert.Equal([4], File.ReadAllLines(root.File("metrics.jsonl")).Select(Loss));
    }

    private static double Loss(string line) => JsonDocument.Parse(line).RootElement.GetProperty("loss").GetDouble();

    private static CurvePoint Point(string stage, int step, double loss) =>
        new(new(stage, step, 0.5, loss, 0.125, 0.1), new(stage, 10, 1234.5, 3));

    [Fact]
    public void A_log_that_cannot_be_written_is_named() =>
        Assert.Contains(
            "cannot be written",
            Assert.Throws<InputException>(() => new MetricsLog(root.Path)).Message,
            StringComparison.Ordinal
        );
}
