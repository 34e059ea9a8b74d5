using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>A file with a matrix, from its plan to its report.</summary>
public sealed class SweepTests
{
    private const string File = "sweep.yaml";

    private static readonly string Yaml = Tiny
        .Yaml.Replace(
            "name: tiny",
            "name: sweep\nmatrix: { data.labels: [2, 4], finetune.from_head_layer: [0, 1] }",
            StringComparison.Ordinal
        )
        .Replace("  linear: { epochs: 1, batch: 16 }\n", "", StringComparison.Ordinal)
        .Replace("  supervised: { steps: 2, batch: 4, evaluate_every: 1 }\n", "", StringComparison.Ordinal)
        .Replace("epochs: 1, batch: 4 }", "epochs: 2, batch: 2 }", StringComparison.Ordinal);

    private const string Report = """
        report:
          title: Layers of the head
          values: [finetuned, knn]
          columns: [data.labels]
          paper: paper.csv
          plot: { x: setting, key: finetune.from_head_layer }

        """;

    private static Workplace Folder() =>
        new Workplace()
            .With(File, $"{Yaml[..Yaml.IndexOf("distill:", StringComparison.Ordinal)]}{Report}")
            .With("paper.csv", "finetune.from_head_layer,data.labels,result,top1,top5\n1,4,finetuned,57.9,82.5\n,,knn,12.3,\n");

    [Fact]
    public void A_sweep_runs_what_differs_once_and_reports_it_beside_the_paper()
    {
        using var folder = Folder();
        var empty = folder.Simclr("report", File).Succeeded().OutputLines;
        Assert.Contains("| 1 | 0.2 |  |  | 57.9 |  | 12.3 |", empty);

        var run = folder.Simclr("run", File).Succeeded();
        Assert.Equal(3, run.OutputLines.Count(static line => line.StartsWith("pretrain: finished before", StringComparison.Ordinal)));
        Assert.Equal(4, run.OutputLines.Count(static line => line.StartsWith("fine-tuned: top-1", StringComparison.Ordinal)));
        Assert.Equal(4, Directory.GetDirectories(folder.At("runs")).Length);

        var report = folder.Simclr("report", File).Succeeded();
        var row = Assert.Single(report.OutputLines, static line => line.StartsWith("| 1 |", StringComparison.Ordinal));
        Assert.Matches(@"^\| 1 \| 0\.2 \| \d+\.\d \| \d+\.\d \| 57\.9 \| \d+\.\d \| 12\.3 \|$", row);
        Assert.Contains("<svg", folder.Read("reports/sweep.svg"), StringComparison.Ordinal);
        Assert.Contains(row, folder.Read("reports/sweep.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_plan_of_a_sweep_lists_its_experiments_and_where_chooses_among_them()
    {
        using var folder = Folder();
        var lines = folder.Simclr("plan", File).Succeeded().OutputLines;
        Assert.Equal(5, lines.Count);
        Assert.StartsWith("sweep-labels-2-from-head-layer-0 ", lines[1], StringComparison.Ordinal);
        Assert.Equal(
            "sweep-labels-4-from-head-layer-1",
            folder.Simclr("plan", File, "--where", "data.labels=4", "finetune.from_head_layer=1").Succeeded().OutputLines[0]
        );
        Assert.Equal(4, folder.Simclr("plan", File, "--json").Succeeded().Json.GetArrayLength());
    }

    [Theory]
    [InlineData("plan sweep.yaml --where data.labels", "--where data.labels: write KEY=VALUE")]
    [InlineData("plan sweep.yaml --where data.label=2", "no such key: did you mean 'data.labels'?")]
    [InlineData("run sweep.yaml --where data.labels=3", "no experiment of 'sweep' has data.labels=3")]
    [InlineData("report tiny.yaml", "runs has no run of 'tiny' with these settings: run it first")]
    [InlineData("list papers", "experiments/ has no folder 'papers'")]
    public void Bad_input_is_told_what_to_type(string line, string says)
    {
        using var folder = Folder().With(Tiny.File, Tiny.Yaml);
        folder.Refuses(line.Split(' ')).Says(says);
    }

    [Theory]
    [InlineData("data.labels,top1\n1,2\n", "one of them 'result'")]
    [InlineData("result,top1\nfinetuned,1,2\n", "paper.csv(2): 3 columns")]
    public void Numbers_of_another_form_are_refused(string numbers, string says)
    {
        using var folder = Folder().With("paper.csv", numbers);
        folder.Refuses(["report", File]).Says(says);
    }
}
