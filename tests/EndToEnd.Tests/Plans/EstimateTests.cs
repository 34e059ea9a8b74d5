using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Cli.Running;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Tests;

namespace SimClrDsl.EndToEnd.Tests.Plans;

/// <summary>How long an experiment takes and how much memory, before it runs.</summary>
public sealed class EstimateTests
{
    private const double Giga = 1e9;

    [Fact]
    public void A_plan_with_time_has_a_row_for_each_stage_that_trains_a_network()
    {
        using var place = Tiny.Workplace();
        var lines = place.SimclrProcess(["plan", Tiny.File, "--time"]).Succeeded().OutputLines;
        var table = lines
            .SkipWhile(static line => !line.StartsWith("on this machine", StringComparison.Ordinal))
            .Skip(2)
            .Select(Cells)
            .ToList();
        Assert.Equal(["pretrain", "finetune", "distill", "all"], table.Select(static row => row[0]));
        Assert.Equal(["3", "2", "3"], table.SkipLast(1).Select(static row => row[1]));
        Assert.All(table, static row => Assert.Equal("GB", row[^1]));

        static string[] Cells(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    // The folder of a spec that is named without one is the current folder, where the pictures of most people's first spec are.
    [Fact]
    public void Pictures_beside_the_spec_are_found_by_the_process_that_measures()
    {
        using var place = new Workplace().With(
            "pictures.yaml",
            """
            name: pictures
            data: { source: folder, path: pictures, image: 8, train_images: 4 }
            encoder: { resnet: 18, width: 0.125 }
            pretrain: { head: { layers: 2, out: 8 }, epochs: 1, batch: 2 }

            """
        );
        Directory.CreateDirectory(place.At("pictures/unlabelled"));
        for (var i = 0; i < 4; i++)
        {
            var grey = Enumerable.Repeat((byte)(50 * i), 3 * 8 * 8);
            File.WriteAllBytes(place.At($"pictures/unlabelled/{i}.png"), Pictures.Encode(new(8, 8, [.. grey])));
        }

        place.SimclrProcess(["plan", "pictures.yaml", "--time"]).Succeeded().Shows("on this machine, from steps that were measured");
    }

    [Fact]
    public void Time_is_not_measured_for_several_experiments_or_as_json()
    {
        using var place = Tiny.Workplace();
        place.Refuses(["plan", Tiny.File, "--time", "--json"]).Says("--time is measured for one experiment at a time");
    }

    // Some slow steps while code is compiled, then steps of a tenth of a second, one of which is held up.
    [Fact]
    public void The_first_moments_of_a_trial_do_not_count_and_what_holds_up_later_steps_does()
    {
        var slow = Enumerable.Repeat(0.2, 8).ToList();
        var steady = Enumerable.Repeat(0.1, 48).Append(0.4).ToList();
        Assert.False(StepTimes.AreEnough([.. slow, .. steady.SkipLast(1)]));
        Assert.True(StepTimes.AreEnough([.. slow, .. steady]));
        Assert.Equal(steady.Average(), StepTimes.Mean([.. slow, .. steady]), precision: 12);
    }

    [Fact]
    public void Long_steps_are_counted_from_the_fourth_on_and_six_of_them_are_enough()
    {
        List<double> steps = [9, 9, 9, 4, 4, 4, 4, 4];
        Assert.False(StepTimes.AreEnough(steps));
        Assert.True(StepTimes.AreEnough([.. steps, 4]));
        Assert.Equal(4, StepTimes.Mean(steps));
    }

    [Fact]
    public void Of_steps_that_are_too_few_or_too_short_the_later_half_counts()
    {
        Assert.Equal(1, StepTimes.Mean([5, 1]));
        Assert.Equal(0.001, StepTimes.Mean([0.1, 0.1, 0.001, 0.001]));
        Assert.Equal(7, StepTimes.Mean([7]));
    }

    // From 32 and 16 images of 256. Memory is drawn out, and counted by the plan, of whose activations kernels have 0.7 in memory: the mean of
    // both, and some hundredths for what a run adds.
    [Fact]
    public void A_large_batch_is_estimated_from_two_smaller_ones()
    {
        using var place = Place(batch: 256, microbatch: "");
        var plan = PlanOf(place);
        var cost = StageCost.Of(plan).Single();
        var estimate = Estimate.Extended(plan, cost, Trial(32, seconds: 3, bytes: 2 * Giga), Trial(16, seconds: 2, bytes: 1.5 * Giga));
        Assert.Equal(3 + 14, estimate.StepSeconds, precision: 9);
        var counted = 7.0 / 8 * 0.7 * cost.ActivationBytes;
        Assert.Equal(1.05 * ((2 * Giga) + ((counted + (14 * 0.5 * Giga)) / 2)), estimate.Bytes, tolerance: 1);

        // Whatever the batch, a microbatch is in memory at a time.
        using var parted = Place(batch: 256, microbatch: ", microbatch: 8");
        var parts = PlanOf(parted);
        var own = Estimate.Extended(parts, StageCost.Of(parts).Single(), Trial(32, 3, 2 * Giga), Trial(16, 2, 1.9 * Giga));
        Assert.Equal(17, own.StepSeconds, precision: 9);
        Assert.Equal(1.05 * 2 * Giga, own.Bytes, tolerance: 1);

        static StageTrial Trial(int batch, double seconds, double bytes) => new("pretrain", batch, seconds, bytes);
    }

    // 512 views of 64 pixels in a ResNet-50 of full width: some gigabytes.
    [Fact]
    public void A_run_that_cannot_fit_is_refused_with_the_microbatch_that_would()
    {
        using var place = Place(batch: 256, microbatch: "");
        var plan = PlanOf(place);
        var cost = StageCost.Of(plan).Single();
        var least = MemoryCheck.LeastBytes(cost);
        Assert.True(MemoryCheck.Fitting(plan, least).IsRight);
        var state = MemoryCheck.LeastBytes(cost with { KeptBytes = 0 });
        var available = state + (0.4 * (least - state));
        var refusal = MemoryCheck.Fitting(plan, available).Error();
        Assert.StartsWith("pretrain needs about ", refusal, StringComparison.Ordinal);
        Assert.EndsWith("are available: --set pretrain.microbatch=64 fits.", refusal, StringComparison.Ordinal);

        // What is advised is accepted, and nothing fits where the weights alone do not.
        using var advised = Place(batch: 256, microbatch: ", microbatch: 64");
        Assert.True(MemoryCheck.Fitting(PlanOf(advised), available).IsRight);
        Assert.Contains("no microbatch makes it fit", MemoryCheck.Fitting(plan, 0.9 * state).Error(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_was_measured_to_need_more_than_there_is_is_refused()
    {
        using var place = Place(batch: 256, microbatch: "");
        var plan = PlanOf(place);
        StageEstimate[] stages = [new("pretrain", Steps: 10, StepSeconds: 1, Bytes: 5 * Giga)];
        // An estimate may be too large by 15 %.
        Assert.Equal(stages, MemoryCheck.Fitting(plan, stages, available: 4.3 * Giga).Value());
        Assert.StartsWith(
            "pretrain needs about 5.00 GB of memory, and 4.20 GB are available",
            MemoryCheck.Fitting(plan, stages, available: 4.2 * Giga).Error(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_long_run_is_worth_measuring_and_a_short_one_is_not()
    {
        using var place = Place(batch: 256, microbatch: "");
        using var tiny = Tiny.Workplace();
        Assert.True(Estimate.IsWorthIt(PlanOf(place)));
        Assert.False(Estimate.IsWorthIt(Plan.Of(Catalogue.Read(tiny.At(Tiny.File)).Value().Cells[0].Spec)));
    }

    private static Plan PlanOf(Workplace place) => Plan.Of(Catalogue.Read(place.At("large.yaml")).Value().Cells[0].Spec);

    private static Workplace Place(int batch, string microbatch) =>
        new Workplace().With(
            "large.yaml",
            $$"""
            name: large
            data: { source: synthetic, image: 64, classes: 4, unlabelled: 1024, labels: 8 }
            encoder: { resnet: 50 }
            pretrain: { epochs: 100, batch: {{batch}}{{microbatch}} }
            precision: float32

            """
        );
}
