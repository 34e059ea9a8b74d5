using SimClrDsl.Reading;

namespace SimClrDsl.Tests.Reading;

/// <summary>Files with a matrix: which experiments they declare, how these are called, and where errors are reported.</summary>
public sealed class SweepTests
{
    private static Sweep Read(string more) =>
        SweepReader
            .ReadYaml("spec.yaml", SpecSamples.WithStage(SpecSamples.Minimal + more))
            .Match(Succ: static sweep => sweep, Fail: static errors => throw new InvalidOperationException(string.Join("\n", errors)));

    private static IReadOnlyList<SpecError> ErrorsOf(string more) =>
        SweepReader
            .ReadYaml("spec.yaml", SpecSamples.WithStage(SpecSamples.Minimal + more))
            .Match(Succ: static _ => [], Fail: static errors => errors.ToArray());

    [Fact]
    public void Without_a_matrix_a_file_is_one_experiment()
    {
        var sweep = Read("");
        Assert.Equal(SpecSamples.Tiny, Assert.Single(sweep.Cells).Spec);
        Assert.False(sweep.IsSweep);
    }

    [Fact]
    public void A_matrix_is_the_product_of_its_lists_and_the_last_varies_fastest()
    {
        var sweep = Read("matrix: { encoder.resnet: [50, 101], encoder.width: [1, 2], encoder.selective_kernel: [false, true] }\n");
        Assert.True(sweep.IsSweep);
        Assert.Equal("tiny", sweep.Name);
        Assert.Equal(
            [
                "tiny-resnet-50-width-1",
                "tiny-resnet-50-width-1-selective-kernel",
                "tiny-resnet-50-width-2",
                "tiny-resnet-50-width-2-selective-kernel",
                "tiny-resnet-101-width-1",
                "tiny-resnet-101-width-1-selective-kernel",
                "tiny-resnet-101-width-2",
                "tiny-resnet-101-width-2-selective-kernel",
            ],
            sweep.Cells.Select(static cell => cell.Spec.Name)
        );
        Assert.Equal(
            (101, 2, true),
            sweep.Cells[7].Spec.Encoder is var encoder ? (encoder.ResNet, encoder.Width, encoder.SelectiveKernel) : default
        );
        Assert.Equal("true", sweep.Cells[7].Find("encoder.selective_kernel"));
        Assert.Null(sweep.Cells[7].Find("seed"));
    }

    [Fact]
    public void The_maps_of_a_matrix_that_is_a_list_follow_each_other() =>
        Assert.Equal(
            ["tiny-resnet-50", "tiny-resnet-101", "tiny-resnet-152-width-3"],
            Read("matrix:\n  - encoder.resnet: [50, 101]\n  - { encoder.resnet: [152], encoder.width: [3] }\n")
                .Cells.Select(static cell => cell.Spec.Name)
        );

    [Fact]
    public void A_value_of_a_matrix_may_switch_a_stage_on_or_off()
    {
        var cells = Read(
            "pretrain: { epochs: 3, batch: 8 }\nevaluate: { supervised: {} }\nmatrix: { pretrain: [none, { batch: 4 "
                + "}], evaluate.knn: [none] }\n"
        ).Cells;
        Assert.Equal(["tiny-no-pretrain-no-knn"], cells.Take(1).Select(static cell => cell.Spec.Name));
        Assert.Null(cells[0].Spec.Pretrain);
        Assert.Equal(800, Read("matrix: { pretrain: [{ batch: 16 }] }\n").Cells[0].Spec.Pretrain!.Epochs);
    }

    [Fact]
    public void A_map_that_the_file_leaves_out_is_made_for_a_key_of_the_matrix() =>
        Assert.Equal([16, 32], Read("matrix: { pretrain.batch: [16, 32] }\n").Cells.Select(static cell => cell.Spec.Pretrain!.Batch));

    [Fact]
    public void Names_use_the_shortest_key_that_tells_keys_apart() =>
        Assert.Equal(
            "tiny-encoder-resnet-50-student-resnet-18-labels-1p5pct",
            Read(
                "pretrain: { batch: 8 }\nfinetune: { batch: 8 }\ndistill: { batch: 8, student: { resnet: 18 } }\n"
                    + "matrix: { encoder.resnet: [50], distill.student.resnet: [18], data.labels: [1.5%] }\n"
            )
                .Cells[0]
                .Spec.Name
        );

    [Theory]
    [InlineData("matrix: 3\n", "4,9", "SCLR057")]
    [InlineData("matrix: {}\n", "4,9", "SCLR057")]
    [InlineData("matrix: { encoder.resnet: 50 }\n", "4,27", "SCLR058")]
    [InlineData("matrix: { name: [a, b] }\n", "4,11", "SCLR059")]
    [InlineData("matrix: { encoder.resnet: [] }\n", "4,27", "SCLR025")]
    [InlineData("matrix: { encoder.resnet: [50, 50] }\n", "4,1", "SCLR061")]
    [InlineData("matrix: { encoder.resnt: [50, 101] }\n", "4,11", "SCLR004")]
    [InlineData("matrix: { encoder.resnet: [50, 51] }\n", "4,32", "SCLR007")]
    public void Errors_are_where_the_matrix_gives_the_value(string matrix, string place, string id)
    {
        var error = Assert.Single(ErrorsOf(matrix));
        Assert.StartsWith($"spec.yaml({place}", $"{error}", StringComparison.Ordinal);
        Assert.Equal(id, error.Id);
    }

    [Fact]
    public void A_matrix_that_multiplies_too_far_is_refused_before_it_is_made()
    {
        var seeds = string.Join(", ", Enumerable.Range(0, 100));
        var widths = string.Join(", ", Enumerable.Range(1, 16));
        var error = Assert.Single(ErrorsOf($"matrix: {{ seed: [{seeds}], encoder.width: [{widths}], encoder.resnet: [18, 34] }}\n"));
        Assert.Equal("SCLR060", error.Id);
        Assert.Contains("3200", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_of_some_experiments_names_the_first() =>
        Assert.EndsWith(
            "(in tiny-unlabelled-300 and 1 more)",
            Assert.Single(ErrorsOf("pretrain: { batch: 512 }\nmatrix: { data.unlabelled: [300, 400, 600] }\n")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void An_error_of_all_experiments_is_said_once() =>
        Assert.EndsWith(
            "use at most 1024.",
            Assert.Single(ErrorsOf("pretrain: {}\nmatrix: { seed: [1, 2, 3] }\n")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_report_is_read_with_its_title_measures_and_values()
    {
        var report = Read(
            "matrix: { encoder.resnet: [50] }\n"
                + "report: { title: Table 1, values: [finetuned, linear], columns: [encoder.resnet], paper: t.csv, "
                + "plot: { lines: [encoder.resnet] } }\n"
        ).Report!;
        Assert.Equal(("Table 1", "t.csv"), (report.Title, report.Paper));
        Assert.Equal(["top1"], report.Metrics);
        Assert.Null(report.Rows);
        Assert.Equal(["finetuned", "linear"], report.Values);
    }

    [Theory]
    [InlineData("report: { values: [linear] }\n", "SCLR005")]
    [InlineData("report: { title: T, values: [] }\n", "SCLR025")]
    [InlineData("report: { title: T, values: linear }\n", "SCLR006")]
    [InlineData("report: { title: T, values: [linar] }\n", "SCLR008")]
    [InlineData("report: { title: T, values: [linear], columns: [seed] }\n", "SCLR008")]
    [InlineData("report: { title: T, values: [linear], rows: [seed] }\n", "SCLR008")]
    [InlineData("report: { title: T, values: [linear], mean: [seed] }\n", "SCLR008")]
    [InlineData("report: { title: T, values: [linear], metrics: [top2] }\n", "SCLR008")]
    [InlineData("report: { title: T, values: [linear], metrics: [] }\n", "SCLR025")]
    [InlineData("report: { title: T, values: [linear], plot: { x: setting } }\n", "SCLR005")]
    [InlineData("report: { title: T, values: [linear], plot: { x: method } }\n", "SCLR005")]
    [InlineData("report: { title: T, values: [linear], plot: { level: [knn] } }\n", "SCLR008")]
    public void A_report_of_a_key_or_result_that_is_not_there_is_an_error(string report, string id) =>
        Assert.Equal(id, Assert.Single(ErrorsOf(report)).Id);
}
