using SimClrDsl.Cli.Reports;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.EndToEnd.Tests.Reports;

/// <summary>
/// The tables of experiments/paper/, with a number of its own planted for every stage: every number stands in the row of the network that
/// has it. The paper's numbers are typed from its tables.
/// </summary>
public sealed class PaperReportTests
{
    // Depth, width, selective kernels, and parameters in millions with batch-norm statistics (reference facts, section 2).
    private static readonly (string Depth, string Width, string Sk, string Millions)[] Networks =
    [
        ("50", "1", "false", "23.6"),
        ("50", "1", "true", "35.3"),
        ("50", "2", "false", "94.0"),
        ("50", "2", "true", "140.4"),
        ("101", "1", "false", "42.6"),
        ("101", "1", "true", "64.8"),
        ("101", "2", "false", "170.0"),
        ("101", "2", "true", "257.4"),
        ("152", "1", "false", "58.3"),
        ("152", "1", "true", "89.1"),
        ("152", "2", "false", "232.6"),
        ("152", "2", "true", "353.8"),
    ];

    public static TheoryData<string> Names => [.. PaperReport.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_report_can_be_made_before_and_after_everything_has_run(string name)
    {
        Assert.All(PaperReport.Table(PaperReport.Empty(name)), static row => Assert.NotEmpty(row));
        var sweep = PaperReport.Sweep(name);
        using var planted = new PlantedStages(sweep);
        var report = PaperReport.Of(sweep, planted.Runs);
        Assert.All(report.Results, static result => Assert.All(result.Entries, static entry => Assert.NotNull(entry.Ours)));
        if (report.Spec.Plot is not null)
        {
            Assert.Empty(ReportLines.Of(report).LeftOut);
            Assert.Contains("<svg", ReportPlot.Svg(report), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Figure_6_has_a_row_for_each_network_with_what_that_network_has()
    {
        var sweep = PaperReport.Sweep("figure-6");
        using var planted = new PlantedStages(sweep);
        var table = PaperReport.Table(PaperReport.Of(sweep, planted.Runs));
        Assert.Equal(
            [
                "resnet",
                "width",
                "selective kernel",
                "parameters (M)",
                "finetuned, labels 1%",
                "paper",
                "finetuned, labels 10%",
                "paper",
                "self distilled, labels 1%",
                "self distilled, labels 10%",
                "distilled, labels 1%",
                "distilled, labels 10%",
                "supervised",
                "paper",
            ],
            table[0]
        );
        Assert.Equal(13, table.Count);
        foreach (var (network, row) in Networks.Zip(table.Skip(1)))
        {
            string Own(string stage, string labels) =>
                planted.Top1(
                    stage,
                    ("encoder.resnet", network.Depth),
                    ("encoder.width", network.Width),
                    ("encoder.selective_kernel", network.Sk),
                    ("distill.student.resnet", ""),
                    ("data.labels", labels)
                );
            string Student(string labels) =>
                planted.Top1(
                    StageNames.Distill,
                    ("distill.student.resnet", network.Depth),
                    ("distill.student.width", network.Width),
                    ("distill.student.selective_kernel", network.Sk),
                    ("data.labels", labels)
                );
            Assert.Equal([network.Depth, network.Width, network.Sk, network.Millions], row[..4]);
            Assert.Equal([Own(StageNames.Finetune, "1%"), Own(StageNames.Finetune, "10%")], (string[])[row[4], row[6]]);
            Assert.Equal([Own(StageNames.SelfDistill, "1%"), Own(StageNames.SelfDistill, "10%")], row[8..10]);
            Assert.Equal([Student("1%"), Student("10%")], row[10..12]);
            Assert.Equal(Own(StageNames.Supervised, "1%"), row[12]);
        }

        // Table 1: 1 %, 10 %, supervised.
        Assert.Equal(["57.9", "68.4", "76.6"], Paper(table[1]));
        Assert.Equal(["74.2", "79.4", "80.4"], Paper(table[12]));

        static string[] Paper(string[] row) => [row[5], row[7], row[13]];
    }

    [Fact]
    public void Figure_6_draws_what_is_distilled_at_the_size_of_the_student()
    {
        var sweep = PaperReport.Sweep("figure-6");
        using var planted = new PlantedStages(sweep);
        var line = ReportLines.Of(PaperReport.Of(sweep, planted.Runs)).Lines.Single(static line => line.Title == "distilled, labels 1%");
        Assert.Equal(12, line.Points.Count);
        Assert.Equal(23.561152, line.Points[0].X, 6);
        Assert.Equal(
            planted.Percent(
                StageNames.Distill,
                ("distill.student.resnet", "50"),
                ("distill.student.width", "1"),
                ("distill.student.selective_kernel", "false"),
                ("data.labels", "1%")
            ),
            line.Points[0].Y,
            6
        );
    }

    [Fact]
    public void Table_3_has_the_methods_it_compares_with_and_both_measures()
    {
        var sweep = PaperReport.Sweep("table-3");
        using var planted = new PlantedStages(sweep);
        var table = PaperReport.Table(PaperReport.Of(sweep, planted.Runs));
        Assert.Equal(
            [
                "method",
                "network",
                "parameters (M)",
                .. Columns("labels 1%, top-1", "labels 10%, top-1", "labels 1%, top-5", "labels 10%, top-5"),
            ],
            table[0]
        );
        Assert.Equal(1 + 18 + 3, table.Count);
        Assert.Equal(["Supervised baseline [30]", "ResNet-50", "", "", "25.4", "", "56.4", "", "48.4", "", "80.4"], table[1]);
        Assert.Equal(["Pseudo-label [11,30]", "ResNet-50", "", "", "", "", "", "", "51.6", "", "82.4"], table[2]);
        Assert.Equal(["MPL (w. RandAug) [2]", "ResNet-50", "", "", "", "", "73.8", "", "", "", ""], table[8]);
        Assert.Equal(["BYOL [43]", "ResNet-200 (2x)", "", "", "71.2", "", "77.7", "", "89.5", "", "93.7"], table[18]);
        Ours(table[19], "SimCLRv2 distilled", "ResNet-50", "23.6", StageNames.Distill, "1", ["73.9", "77.5", "91.5", "93.4"]);
        Ours(table[20], "SimCLRv2 distilled", "ResNet-50 (2x+SK)", "140.4", StageNames.Distill, "2", ["75.9", "80.2", "93.0", "95.0"]);
        Ours(
            table[21],
            "SimCLRv2 self-distilled",
            "ResNet-152 (3x+SK)",
            "795.2",
            StageNames.SelfDistill,
            "1",
            ["76.6", "80.9", "93.4", "95.5"]
        );

        void Ours(string[] row, string method, string network, string millions, string stage, string width, string[] paper)
        {
            string[] own =
            [
                planted.Top1(stage, ("distill.student.width", width), ("data.labels", "1%")),
                planted.Top1(stage, ("distill.student.width", width), ("data.labels", "10%")),
                planted.Top5(stage, ("distill.student.width", width), ("data.labels", "1%")),
                planted.Top5(stage, ("distill.student.width", width), ("data.labels", "10%")),
            ];
            Assert.Equal(
                [
                    method,
                    network,
                    millions,
                    .. own.Zip(paper, static (ours, papers) => (string[])[ours, papers]).SelectMany(static pair => pair),
                ],
                row
            );
        }
    }

    [Fact]
    public void Table_2_gives_each_target_its_own_numbers_and_the_student_its_own_size()
    {
        var sweep = PaperReport.Sweep("table-2");
        using var planted = new PlantedStages(sweep);
        var table = PaperReport.Table(PaperReport.Of(sweep, planted.Runs));
        Assert.Equal(["method", "network", "images", "alpha", "parameters (M)", .. Columns("labels 1%", "labels 10%")], table[0]);
        string[][] expected =
        [
            ["Label only", "", "", "12.3", "52.0"],
            ["Label + distillation loss (on labeled set)", "labelled", "0.5", "23.6", "66.2"],
            ["Label + distillation loss (on labeled+unlabeled sets)", "all", "0.5", "69.0", "75.1"],
            ["Distillation loss (on labeled+unlabeled sets; our default)", "all", "1", "68.9", "74.3"],
        ];
        Assert.Equal(1 + expected.Length, table.Count);
        foreach (var (line, row) in expected.Zip(table.Skip(1)))
        {
            var (method, images, alpha) = (line[0], line[1], line[2]);
            string Own(string labels) =>
                images.Length == 0
                    ? planted.Top1(StageNames.Supervised, ("data.labels", labels))
                    : planted.Top1(StageNames.Distill, ("distill.images", images), ("distill.alpha", alpha), ("data.labels", labels));
            Assert.Equal([method, "ResNet-50", images, alpha, "23.6", Own("1%"), line[3], Own("10%"), line[4]], row);
        }
    }

    // The regularised networks gain over the regularised ResNet-50, the others over the plain one.
    [Fact]
    public void Figure_A1_takes_each_gain_over_the_smallest_network_of_its_own_line()
    {
        const string Policy = "evaluate.supervised.augment.auto_augment";
        var sweep = PaperReport.Sweep("figure-a1");
        using var planted = new PlantedStages(sweep);
        var lines = ReportLines.Of(PaperReport.Of(sweep, planted.Runs)).Lines.Where(static line => !line.IsPaper).ToList();
        Assert.Equal(
            [
                "finetuned, labels 1%",
                "finetuned, labels 10%",
                "finetuned, labels 100%",
                "supervised, labels 1%, auto augment imagenet",
                "supervised, labels 1%, auto augment none",
                "supervised, labels 10%, auto augment imagenet",
                "supervised, labels 10%, auto augment none",
                "supervised, labels 100%, auto augment none",
            ],
            lines.Select(static line => line.Title).Order(StringComparer.Ordinal)
        );
        foreach (var (title, policy) in (ReadOnlySpan<(string, string)>)[("imagenet", "imagenet"), ("none", "")])
        {
            double Top1(string depth, string width) =>
                planted.Percent(
                    StageNames.Supervised,
                    ("encoder.resnet", depth),
                    ("encoder.width", width),
                    ("data.labels", "1%"),
                    (Policy, policy)
                );
            var line = lines.Single(line => line.Title == $"supervised, labels 1%, auto augment {title}");
            Assert.Equal(6, line.Points.Count);
            Assert.Equal(0, line.Points[0].Y, 9);
            Assert.Equal(100 * ((Top1("152", "2") / Top1("50", "1")) - 1), line.Points[^1].Y, 9);
        }
    }

    [Fact]
    public void Figure_4_has_one_row_for_each_network_whatever_its_supervised_recipe()
    {
        var sweep = PaperReport.Sweep("figure-4");
        using var planted = new PlantedStages(sweep);
        var table = PaperReport.Table(PaperReport.Of(sweep, planted.Runs));
        Assert.Equal(7, table.Count);
        Assert.Equal(
            [
                "resnet",
                "width",
                "parameters (M)",
                "supervised, labels 1%",
                "supervised, labels 10%",
                .. Columns("supervised, labels 100%", "finetuned, labels 1%", "finetuned, labels 10%", "finetuned, labels 100%"),
            ],
            table[0]
        );
        string Own(string stage, string labels) =>
            planted.Top1(stage, ("encoder.resnet", "152"), ("encoder.width", "2"), ("data.labels", labels));
        Assert.Equal(
            [
                "152",
                "2",
                "232.6",
                Own(StageNames.Supervised, "1%"),
                Own(StageNames.Supervised, "10%"),
                Own(StageNames.Supervised, "100%"),
                "79.1",
                Own(StageNames.Finetune, "1%"),
                "70.2",
                Own(StageNames.Finetune, "10%"),
                "76.6",
                Own(StageNames.Finetune, "100%"),
                "81.1",
            ],
            table[6]
        );
    }

    [Theory]
    [InlineData("table-1", 1, "50,1,false,23.6,57.9,68.4,76.3,71.7,76.6")]
    [InlineData("table-1", 8, "101,2,true,257.4,73.2,78.8,82.4,79.0,80.1")]
    [InlineData("table-1", 13, "152,3,true,795.2,74.9,80.1,83.1,79.8,80.5")]
    [InlineData("table-h1", 1, "50,1,false,23.6,82.5,89.2,93.3,90.4,93.3")]
    [InlineData("table-h1", 8, "101,2,true,257.4,91.6,94.5,96.4,94.5,95.0")]
    [InlineData("table-h1", 13, "152,3,true,795.2,92.3,95.0,96.6,94.9,95.1")]
    public void Tables_1_and_H1_show_the_papers_numbers_where_nothing_has_run(string name, int line, string expected)
    {
        var table = PaperReport.Table(PaperReport.Empty(name));
        Assert.Equal(14, table.Count);
        Assert.Equal(expected, string.Join(',', table[line].Where(static cell => cell.Length > 0)));
    }

    // Table 1 was fine-tuned from the first layer of the head with few labels and from its input with all (§3.1).
    [Fact]
    public void Figure_C1_has_the_papers_numbers_at_the_layers_they_were_measured_at()
    {
        var report = PaperReport.Empty("figure-c1");
        var table = PaperReport.Table(report);
        Assert.Equal(
            ["50,1,false,0,23.6,71.7,76.3", "50,1,false,1,23.6,71.7,57.9,68.4"],
            table.Skip(1).Take(2).Select(static row => string.Join(',', row.Where(static cell => cell.Length > 0)))
        );
        Assert.Equal([12, 12, 12], ReportLines.Of(report).Lines.Select(static line => line.Points.Count));
    }

    [Fact]
    public void Figure_F2_pairs_each_teacher_with_its_own_student()
    {
        var sweep = PaperReport.Sweep("figure-f2");
        using var planted = new PlantedStages(sweep);
        var report = PaperReport.Of(sweep, planted.Runs);
        var line = ReportLines.Of(report).Lines.Single(static line => line.Title == "distilled, labels 1%");
        Assert.Equal(
            sweep
                .Cells.Where(static cell => cell.Find("data.labels") == "1%")
                .Select(cell =>
                    (
                        planted.Percent(StageNames.Finetune, [.. cell.Settings.Select(static one => (one.Path, one.Text))]),
                        planted.Percent(StageNames.Distill, [.. cell.Settings.Select(static one => (one.Path, one.Text))])
                    )
                )
                .Order(),
            line.Points.Select(static point => (Math.Round(point.X, 6), Math.Round(point.Y, 6)))
        );
        Assert.Contains("140.4", PaperReport.Table(report)[1]);
        Assert.Contains("23.6", PaperReport.Table(report)[2]);
    }

    private static string[] Columns(params string[] titles) => [.. titles.SelectMany(static title => (string[])[title, "paper"])];
}
