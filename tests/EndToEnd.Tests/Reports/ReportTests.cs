using LanguageExt;
using SimClrDsl.Cli.Reports;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tests;

namespace SimClrDsl.EndToEnd.Tests.Reports;

/// <summary>Rules of reports, on sweeps of small networks.</summary>
public sealed class ReportTests
{
    private const string Base = """
        data: { source: synthetic, image: 8, classes: 2, unlabelled: 32, labels: 4 }
        encoder: { resnet: 18, width: 0.125 }
        pretrain: { head: { layers: 2, out: 8 }, epochs: 1, batch: 16 }
        evaluate: { linear: { epochs: 1, batch: 16 }, supervised: { steps: 2, batch: 2, evaluate_every: 1 } }
        finetune: { from_head_layer: 1, epochs: 1, batch: 2 }

        """;

    private static Sweep Read(string matrix, string report, string more = "") =>
        SweepReader
            .ReadYaml("test.yaml", $"name: test\nmatrix: {matrix}\nreport: {report}\n{Base}{more}")
            .Match(Succ: static sweep => sweep, Fail: static errors => throw new InvalidOperationException(string.Join("\n", errors)));

    private static Report Of(Sweep sweep, string runs, string? numbers = null) => Read(sweep, runs, numbers).Value();

    private static Either<InputError, Report> Read(Sweep sweep, string runs, string? numbers = null)
    {
        if (numbers is null)
        {
            return Report.Of(sweep, PaperNumbers.None, runs);
        }

        using var folder = new Workplace().With("paper.csv", numbers);
        return PaperNumbers.Read(folder.At("paper.csv")).Bind(paper => Report.Of(sweep, paper, runs));
    }

    private static string[] Line(Report report, int line) => PaperReport.Table(report)[line];

    // The student has its own row, which no setting of the teacher names.
    [Fact]
    public void A_student_has_a_row_of_its_own()
    {
        var sweep = Read(
            "{ data.labels: [4] }",
            "{ title: T, values: [finetuned, distilled] }",
            "distill: { student: { resnet: 18, width: 0.25 }, epochs: 1, batch: 16 }\n"
        );
        using var planted = new PlantedStages(sweep);
        var table = PaperReport.Table(Of(sweep, planted.Runs));
        Assert.Equal(["width", "parameters (M)", "finetuned", "distilled"], table[0]);
        Assert.Equal(["0.125", "0.2", planted.Top1(StageNames.Finetune), ""], table[1]);
        Assert.Equal(["0.25", "0.7", "", planted.Top1(StageNames.Distill)], table[2]);
    }

    // Several teachers of one student are told apart by the teacher.
    [Fact]
    public void What_several_teachers_teach_one_student_is_told_apart_by_the_teacher()
    {
        var sweep = Read(
            "{ encoder.width: [0.125, 0.25] }",
            "{ title: T, values: [distilled] }",
            "distill: { student: { resnet: 18, width: 0.125 }, epochs: 1, batch: 16 }\n"
        );
        using var planted = new PlantedStages(sweep);
        var table = PaperReport.Table(Of(sweep, planted.Runs));
        Assert.Equal(["teacher width", "parameters (M)", "distilled"], table[0]);
        Assert.Equal(["0.125", "0.2", planted.Top1(StageNames.Distill, ("encoder.width", "0.125"))], table[1]);
        Assert.Equal(["0.25", "0.2", planted.Top1(StageNames.Distill, ("encoder.width", "0.25"))], table[2]);
    }

    [Fact]
    public void Both_measures_stand_side_by_side()
    {
        var sweep = Read("{ data.labels: [2, 4] }", "{ title: T, values: [finetuned], columns: [data.labels], metrics: [top5, top1] }");
        using var planted = new PlantedStages(sweep);
        var report = Of(sweep, planted.Runs, "data.labels,result,top1,top5\n4,finetuned,57.9,82.5\n");
        Assert.Equal(
            [
                "parameters (M)",
                "finetuned, labels 2, top-5",
                "finetuned, labels 2, top-1",
                "finetuned, labels 4, top-5",
                "paper",
                "finetuned, labels 4, top-1",
                "paper",
            ],
            Line(report, 0)
        );
        (string, string) two = ("data.labels", "2"),
            four = ("data.labels", "4");
        Assert.Equal(
            [
                "0.2",
                planted.Top5(StageNames.Finetune, two),
                planted.Top1(StageNames.Finetune, two),
                planted.Top5(StageNames.Finetune, four),
                "82.5",
                planted.Top1(StageNames.Finetune, four),
                "57.9",
            ],
            Line(report, 1)
        );
    }

    // Seeds 1 to 3; seed 2 is not finished: (10.0 and what comes two later) / 2, deviation of a sample of two, d / √2.
    [Fact]
    public void A_mean_says_of_how_many_it_is_and_how_far_they_spread()
    {
        var sweep = Read("{ seed: [1, 2, 3] }", "{ title: T, values: [supervised], mean: [seed] }");
        using var all = new PlantedStages(sweep);
        double Top1(string seed) => all.Percent(StageNames.Supervised, ("seed", seed));
        var mean = (Top1("1") + Top1("2") + Top1("3")) / 3;
        var measured = Of(sweep, all.Runs).Results.Single().Entries[0].Ours!;
        Assert.Equal((mean, 3, 3), (Math.Round(measured.Value, 9), measured.Count, measured.Planned));

        using var some = new PlantedStages(sweep, static (spec, _) => spec.Seed != 2);
        var (one, three) = (some.Percent(StageNames.Supervised, ("seed", "1")), some.Percent(StageNames.Supervised, ("seed", "3")));
        Assert.Equal(
            FormattableString.Invariant($"{(one + three) / 2:F1} ± {Math.Abs(one - three) / Math.Sqrt(2):F1} (2 of 3)"),
            Line(Of(sweep, some.Runs), 1)[^1]
        );
    }

    [Fact]
    public void A_best_says_of_how_many_it_is_until_all_are_finished()
    {
        var sweep = Read("{ finetune.from_head_layer: [0, 1, 2] }", "{ title: T, values: [finetuned], best: [finetune.from_head_layer] }");
        using var all = new PlantedStages(sweep);
        var largest = new[] { "0", "1", "2" }.Max(layer => all.Percent(StageNames.Finetune, ("finetune.from_head_layer", layer)));
        Assert.Equal(FormattableString.Invariant($"{largest:F1}"), Line(Of(sweep, all.Runs), 1)[^1]);
        using var some = new PlantedStages(sweep, static (spec, _) => spec.Finetune!.FromHeadLayer != 1);
        Assert.EndsWith(" (2 of 3)", Line(Of(sweep, some.Runs), 1)[^1], StringComparison.Ordinal);
    }

    // One pretraining for both: its linear evaluation is one result in both rows, and one point of a figure.
    [Fact]
    public void A_result_that_a_row_does_not_depend_on_is_one_point()
    {
        var sweep = Read(
            "{ finetune.from_head_layer: [0, 1] }",
            "{ title: T, values: [linear, finetuned], plot: { lines: [finetune.from_head_layer] } }"
        );
        using var planted = new PlantedStages(sweep);
        var report = Of(sweep, planted.Runs);
        Assert.Equal(
            [planted.Top1(StageNames.Linear), planted.Top1(StageNames.Linear)],
            (string[])[Line(report, 1)[2], Line(report, 2)[2]]
        );
        var lines = ReportLines.Of(report).Lines;
        Assert.Equal(["linear", "finetuned, from head layer 0", "finetuned, from head layer 1"], lines.Select(static line => line.Title));
        Assert.All(lines, static line => Assert.Single(line.Points));
    }

    [Fact]
    public void A_key_of_columns_and_lines_names_a_line_once()
    {
        var sweep = Read(
            "{ data.labels: [2, 4], encoder.width: [0.125, 0.25] }",
            "{ title: T, values: [finetuned], columns: [data.labels], plot: { lines: [data.labels] } }"
        );
        using var planted = new PlantedStages(sweep);
        var lines = ReportLines.Of(Of(sweep, planted.Runs)).Lines;
        Assert.Equal(["finetuned, labels 2", "finetuned, labels 4"], lines.Select(static line => line.Title));
        Assert.All(lines, static line => Assert.Equal(2, line.Points.Count));
    }

    // Not over the smallest that happens to be finished.
    [Fact]
    public void A_gain_over_a_network_that_has_not_run_is_left_out_and_said()
    {
        var sweep = Read(
            "{ encoder.width: [0.125, 0.25, 0.375] }",
            "{ title: T, values: [supervised, finetuned], plot: { relative: true } }"
        );
        using var planted = new PlantedStages(sweep, static (spec, stage) => spec.Encoder.Width > 0.2 || stage != StageNames.Finetune);
        var lines = ReportLines.Of(Of(sweep, planted.Runs));
        Assert.Equal(["supervised"], lines.Lines.Select(static line => line.Title));
        Assert.Equal("no line for finetuned: its gain is over ResNet-18 ×0.125, which has no number yet.", Assert.Single(lines.LeftOut));
    }

    [Fact]
    public void Different_results_in_one_place_are_refused()
    {
        var sweep = Read("{ seed: [1, 2] }", "{ title: T, values: [linear, finetuned], rows: [] }");
        using var planted = new PlantedStages(sweep);
        Assert.Equal(
            "report 'T': linear of 'test-seed-1' and of 'test-seed-2' differ and stand in one place: name the key "
                + "that tells them apart in rows, columns, best or mean.",
            Read(sweep, planted.Runs).Error()
        );
    }

    // Without distillation there is no weight of it; what is distilled has one, and an empty key is none.
    [Fact]
    public void An_empty_key_is_that_of_a_result_that_has_none()
    {
        var sweep = Read(
            "[{ data.labels: [4] }, { data.labels: [4], distill: [{ student: { resnet: 18, width: 0.125 }, alpha: "
                + "0.5, epochs: 1, batch: 16 }] }]",
            "{ title: T, values: [supervised, finetuned, distilled], rows: [] }"
        );
        const string Numbers = "distill.alpha,finetune.from_head_layer,result,top1\n";
        double? Paper(string row, string result) =>
            Of(sweep, "no-runs", Numbers + row).Results.Single(found => found.Value == result).Entries[0].Paper;
        Assert.Equal(1.5, Paper(",,supervised,1.5", "supervised"));
        Assert.Equal(1.5, Paper(",1,finetuned,1.5", "finetuned"));
        Assert.Null(Paper(",,finetuned,1.5", "finetuned"));
        Assert.Equal(1.5, Paper("*,*,finetuned,1.5", "finetuned"));
        Assert.Equal(1.5, Paper("0.5,1,distilled,1.5", "distilled"));
        Assert.Null(Paper(",1,distilled,1.5", "distilled"));
        Assert.Null(Paper("1,1,distilled,1.5", "distilled"));
    }

    [Theory]
    [InlineData("result,top1\nfinetuned,12.3\nfinetuned,12.4\n", "paper.csv: lines 2 and 3 both give finetuned of 'test-labels-2'")]
    [InlineData("result,top1\n\nfinetuned,12.3\nfinetuned,12.4\n", "paper.csv: lines 3 and 4 both give finetuned")]
    [InlineData("data.label,result,top1\n1,knn,2\n", "'data.label' is no key")]
    [InlineData("data,result,top1\n1,knn,2\n", "'data' is no key")]
    [InlineData("result,top1\nfinetund,12.3\n", "paper.csv(2): there is no result 'finetund'.")]
    [InlineData("result,top1\nfinetuned,\"57,9\"\n", "paper.csv(2): '57,9' is no number in percent")]
    [InlineData("result,top1\nfinetuned,579\n", "paper.csv(2): '579' is no number in percent")]
    [InlineData("result,top2\nfinetuned,12.3\n", "then 'top1', 'top5' or both")]
    [InlineData("top1,result\n12.3,finetuned\n", "then 'top1', 'top5' or both")]
    [InlineData(
        "method,result,top1\nBYOL,literature,74.3\n",
        "BYOL stands in line 2 of the paper's numbers, but no column has its keys, since rows has no result"
    )]
    public void Numbers_that_do_not_fit_are_refused_in_one_line(string numbers, string says)
    {
        var sweep = Read("{ data.labels: [2, 4] }", "{ title: T, values: [finetuned], columns: [data.labels] }");
        var message = Read(sweep, "no-runs", numbers).Error();
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_number_of_another_method_under_keys_that_no_column_has_is_refused()
    {
        var sweep = Read("{ data.labels: [2, 4] }", "{ title: T, values: [finetuned], rows: [result], columns: [data.labels] }");
        const string Numbers = "method,network,data.labels,result,top1\nBYOL,ResNet-50,2,literature,53.2\n";
        Assert.Equal(["BYOL", "ResNet-50", "", "", "53.2", ""], Line(Of(sweep, "no-runs", Numbers), 1));
        Assert.Contains(
            "BYOL stands in line 3 of the paper's numbers, but no column has its keys.",
            Read(sweep, "no-runs", $"{Numbers}BYOL,ResNet-50,8,literature,53.2\n").Error(),
            StringComparison.Ordinal
        );
    }
}
