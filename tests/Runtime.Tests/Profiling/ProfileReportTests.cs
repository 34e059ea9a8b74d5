using System.Text.Json;
using SimClrDsl.Runtime.Profiling;
using static SimClrDsl.Runtime.Profiling.Spans;

namespace SimClrDsl.Runtime.Tests.Profiling;

/// <summary>A profile as a table and as a trace.</summary>
public sealed class ProfileReportTests
{
    private const long Milli = 1_000_000;

    [Fact]
    public void A_table_shows_median_mean_and_share()
    {
        StepProfile Step(int number, long data, long forward, long other) =>
            new(
                number,
                [
                    new(StepPhase.Other, "step", 0, (data + forward + other) * Milli, other * Milli),
                    new(StepPhase.Data, "batch", 0, data * Milli, data * Milli),
                    new(StepPhase.Forward, "forward", data * Milli, (data + forward) * Milli, forward * Milli),
                ]
            );
        var info = new StageInfo("pretrain", Images: 64, Batch: 8, TotalSteps: 20);
        StageProfile[] stages =
        [
            new(info, [Step(11, data: 1, forward: 6, other: 1), Step(12, data: 2, forward: 12, other: 2)]),
            new(info with { Stage = "finetune", TotalSteps = 1 }, [Step(1, data: 0, forward: 4, other: 0)]),
        ];
        Assert.Equal(
            """
            pretrain: steps 11 to 12 of 20, 8 images each; 666.7 images/s
            phase      ms, median    mean    share
            data            1.500   1.500   12.5 %
            augment         0.000   0.000    0.0 %
            forward         9.000   9.000   75.0 %
            loss            0.000   0.000    0.0 %
            backward        0.000   0.000    0.0 %
            optimizer       0.000   0.000    0.0 %
            other           1.500   1.500   12.5 %
            step           12.000  12.000  100.0 %

            finetune: step 1 of 1, 8 images each; 2000.0 images/s
            phase      ms, median   mean    share
            data            0.000  0.000    0.0 %
            augment         0.000  0.000    0.0 %
            forward         4.000  4.000  100.0 %
            loss            0.000  0.000    0.0 %
            backward        0.000  0.000    0.0 %
            optimizer       0.000  0.000    0.0 %
            other           0.000  0.000    0.0 %
            step            4.000  4.000  100.0 %

            """,
            ProfileTable.Format(stages)
        );
    }

    [Fact]
    public void A_table_of_several_ranks_shows_what_was_waited_for()
    {
        ProfileSpan Wait(string what, long milli) => new(StepPhase.Ranks, what, 0, milli * Milli, milli * Milli);
        StepProfile Step(int number, params ProfileSpan[] waits) =>
            new(number, [new(StepPhase.Other, "step", 0, 10 * Milli, (10 * Milli) - waits.Sum(static wait => wait.Own)), .. waits]);
        StageProfile stage = new(
            new("pretrain", Images: 64, Batch: 8, TotalSteps: 20),
            [
                Step(11, Wait("sum of gradients", 1), Wait("sum of gradients", 2), Wait("gathering of rows", 1)),
                Step(12, Wait("sum of gradients", 1)),
            ]
        );
        Assert.EndsWith(
            """
            step           10.000  10.000  100.0 %
            waiting for the    a step  ms, mean   share
            sum of gradients      1.5     2.000  20.0 %
            gathering of rows     0.5     0.500   5.0 %

            """,
            ProfileTable.Format([stage]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_trace_nests_spans_within_steps_on_a_track_a_stage()
    {
        var profiler = new Profiler(new Ticking(1, 2, 5, 3), static () => { });
        var info = new StageInfo("pretrain", Images: 64, Batch: 8, TotalSteps: 4);
        foreach (var stage in (string[])["pretrain", "finetune"])
        {
            for (var number = 1; number <= info.TotalSteps; number++)
            {
                using var step = OfStep(profiler, info with { Stage = stage }, number);
                using var forward = Of(StepPhase.Forward, "forward");
                using var loss = Of(StepPhase.Loss, "\"NT-Xent\"");
            }
        }

        using var trace = JsonDocument.Parse(ChromeTrace.Json(profiler.Stages));
        var events = trace.RootElement.GetProperty("traceEvents").EnumerateArray().ToList();
        var names = events.Where(static one => Text(one, "ph") == "M").ToList();
        Assert.Equal(["pretrain", "finetune"], names.Select(static one => Text(one.GetProperty("args"), "name")));
        Assert.All(names, static one => Assert.Equal("thread_name", Text(one, "name")));

        foreach (var track in (int[])[1, 2])
        {
            var spans = events.Where(one => Text(one, "ph") == "X" && one.GetProperty("tid").GetInt32() == track).ToList();
            Assert.Equal(
                ["step 3", "forward", "\"NT-Xent\"", "step 4", "forward", "\"NT-Xent\""],
                spans.Select(static span => Text(span, "name"))
            );
            Assert.Equal(["other", "forward", "loss"], spans.Take(3).Select(static span => Text(span, "cat")));
            for (var i = 0; i < spans.Count; i += 3)
            {
                AssertWithin(spans[i], spans[i + 1]);
                AssertWithin(spans[i + 1], spans[i + 2]);
            }

            Assert.True(Start(spans[3]) >= End(spans[0]));
        }
    }

    private static void AssertWithin(JsonElement outer, JsonElement inner)
    {
        Assert.True(Start(inner) >= Start(outer));
        Assert.True(End(inner) <= End(outer));
        Assert.True(End(inner) > Start(inner));
    }

    private static decimal Start(JsonElement span) => span.GetProperty("ts").GetDecimal();

    private static decimal End(JsonElement span) => Start(span) + span.GetProperty("dur").GetDecimal();

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
