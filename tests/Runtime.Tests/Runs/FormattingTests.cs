using SimClrDsl.Runtime.Runs;

namespace SimClrDsl.Runtime.Tests.Runs;

public sealed class FormattingTests
{
    [Fact]
    public void A_summary_leaves_out_what_did_not_run()
    {
        var summary = new Summary("fashion", "1a2b3c", 1, 60.5, new(1234.5, 4.25), new(Linear: 0.75, Distilled: 0.8));
        Assert.Equal(
            """
            {
              "name": "fashion",
              "spec_hash": "1a2b3c",
              "seed": 1,
              "seconds": 60.5,
              "pretrain": {
                "images_per_second": 1234.5,
                "final_loss": 4.25
              },
              "top1": {
                "linear": 0.75,
                "distilled": 0.8
              }
            }

            """,
            summary.ToJson()
        );
    }

    [Fact]
    public void A_full_summary_has_every_stage()
    {
        var json = new Summary("a", "b", 2, 1, null, new(0.1, 0.2, 0.3, 0.4, 0.5)).ToJson();
        Assert.All(
            ["\"knn\": 0.1", "\"label_only\": 0.3", "\"finetuned\": 0.4"],
            part => Assert.Contains(part, json, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("pretrain", json, StringComparison.Ordinal);
    }

    [Fact]
    public void A_summary_says_when_and_on_what()
    {
        var summary = new Summary("a", "b", 2, 1, null, new())
        {
            Date = "2020-02-03T04:05:06Z",
            Computed = new(
                "cpu",
                "Some CPU",
                null,
                2,
                "bf16",
                "as the spec says",
                "kernels for avx512bf16",
                new Dictionary<string, string> { ["dotnet"] = "10.0" }
            ),
        };
        Assert.All(
            [
                "\"date\": \"2020-02-03T04:05:06Z\"",
                "\"device\": \"cpu\"",
                "\"processor\": \"Some CPU\"",
                "\"threads\": 2",
                "\"precision\": \"bf16\"",
                "\"precision_reason\": \"as the spec says\"",
                "\"kernels\": \"kernels for avx512bf16\"",
                "\"dotnet\": \"10.0\"",
            ],
            part => Assert.Contains(part, summary.ToJson(), StringComparison.Ordinal)
        );
        Assert.Equal(
            (summary.Date, "Some CPU"),
            Summary.Parse(summary.ToJson()) is { } read ? (read.Date, read.Computed!.Processor) : default
        );
    }

    [Fact]
    public void A_column_that_nothing_fills_is_left_out() =>
        Assert.Equal(
            """
            stage     top-1  protocol
            knn     80.12 %  k 20
            """,
            ResultTable.Format([new("knn", 0.8012, "k 20")])
        );

    [Fact]
    public void The_table_lines_up()
    {
        var table = ResultTable.Format([
            new("knn", 0.8012, "k 20, temperature 0.07", Top5: 0.9),
            new("linear evaluation", 0.85555, "last epoch"),
            new("distilled", 1, ""),
        ]);
        Assert.Equal(
            """
            stage                 top-1     top-5  protocol
            knn                 80.12 %   90.00 %  k 20, temperature 0.07
            linear evaluation   85.56 %            last epoch
            distilled          100.00 %
            """,
            table
        );
    }

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(59.6, "1 min 00 s")]
    [InlineData(125, "2 min 05 s")]
    [InlineData(11250, "3 h 07 min")]
    [InlineData(187200, "2 d 04 h")]
    [InlineData(-1, "0 s")]
    public void Durations_have_two_units(double seconds, string text) =>
        Assert.Equal(text, ProgressLine.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_progress_line_says_where_the_stage_stands() =>
        Assert.Equal(
            "pretrain     epoch  3/10   27 %  loss 4.1235    1234 images/s  2 min 05 s left",
            ProgressLine.Format(new("pretrain", 27, 100, 3, 10, 4.12345, 1234.4, TimeSpan.FromSeconds(125)))
        );

    // The widths at which one more part is left out.
    [Theory]
    [InlineData(200, "pretrain     epoch  3/10   27 %  loss 4.1235  kNN 61.2 %  linear 60.1 %    1234 images/s  2 min 05 s left")]
    [InlineData(105, "pretrain     epoch  3/10   27 %  loss 4.1235  kNN 61.2 %  linear 60.1 %    1234 images/s  2 min 05 s left")]
    [InlineData(104, "pretrain     epoch  3/10   27 %  loss 4.1235  kNN 61.2 %  linear 60.1 %  2 min 05 s left")]
    [InlineData(80, "pretrain     epoch  3/10   27 %  loss 4.1235  kNN 61.2 %  2 min 05 s left")]
    [InlineData(70, "pretrain      27 %  loss 4.1235  kNN 61.2 %  2 min 05 s left")]
    [InlineData(50, "pretrain      27 %  loss 4.1235  2 min 05 s left")]
    [InlineData(10, "pretrain      27 %  2 min 05 s left")]
    public void A_progress_line_fits_the_terminal(int width, string line) =>
        Assert.Equal(
            line,
            ProgressLine.Format(
                new("pretrain", 27, 100, 3, 10, 4.12345, 1234.4, TimeSpan.FromSeconds(125)) { Knn = 0.612, Linear = 0.601 },
                width
            )
        );
}
