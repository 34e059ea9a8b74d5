using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Tests.Runs;

public sealed class ProgressTests
{
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly Clock clock = new();

    [Fact]
    public void A_line_of_a_terminal_changes_a_few_times_a_second_and_goes_for_notes()
    {
        var line = new Line(output);
        var progress = new Progress(output, line, clock);
        progress.Report(At(0));
        progress.Report(At(1));
        clock.Advance(1);
        progress.Report(At(2));
        Assert.Equal("<0/1000><2/1000>", output.ToString());
        progress.Note("checkpoint saved");
        Assert.Equal("<0/1000><2/1000><>checkpoint saved\n", output.ToString());
    }

    [Fact]
    public void Plain_lines_come_with_every_tenth_at_most_every_ten_seconds()
    {
        var progress = new Progress(output, live: null, clock);
        for (var step = 0; step <= 1000; step++)
        {
            progress.Report(At(step));
            clock.Advance(0.05);
        }

        // 50 seconds: the first, the last, and one in ten seconds between.
        Assert.InRange(Lines(), 5, 7);
    }

    [Fact]
    public void Plain_lines_of_a_long_stage_come_every_minute()
    {
        var progress = new Progress(output, live: null, clock);
        for (var step = 0; step < 100; step++)
        {
            progress.Report(At(step));
            clock.Advance(10);
        }

        Assert.InRange(Lines(), 16, 30);
    }

    [Fact]
    public void Each_stage_shows_its_first_and_last_step()
    {
        var progress = new Progress(output, live: null, clock);
        progress.Report(At(1));
        progress.Report(At(1000));
        progress.Report(At(1) with { Stage = "finetune" });
        Assert.Equal(3, Lines());
    }

    private static ProgressPoint At(int step) => new("pretrain", step, 1000, 1, 10, 4.5, 1000, TimeSpan.FromSeconds(100));

    private int Lines() => output.ToString().Count(static c => c == '\n');

    [Fact]
    public void A_narrow_terminal_leaves_out_what_matters_least()
    {
        using var progress = new Progress(output, new Line(output) { Width = 75, ShowsText = true }, clock);
        progress.Report(At(1) with { Knn = 0.5, Linear = 0.25 });
        Assert.Equal("<pretrain     epoch  1/10    0 %  loss 4.5000  kNN 50.0 %  1 min 40 s left>", output.ToString());
    }

    private sealed class Line(StringWriter output) : ILiveLine
    {
        public int Width { get; init; } = 80;

        public bool ShowsText { get; init; }

        public void Show(string text, int done, int all) => output.Write(ShowsText ? $"<{text}>" : $"<{done}/{all}>");

        public void Clear() => output.Write("<>");
    }

    private sealed class Clock : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        internal void Advance(double seconds) => ticks += TimeSpan.FromSeconds(seconds).Ticks;
    }
}
