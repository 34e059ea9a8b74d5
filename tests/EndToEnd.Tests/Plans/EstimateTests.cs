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

    // 512 views of 64 pixels in a ResNet-50 of full width: some gigabytes.
    [Fact]
    public void A_run_that_cannot_fit_is_refused_with_the_microbatch_that_would()
    {
        using var place = Place(batch: 256, microbatch: "");
        var plan = PlanOf(place);
        var cost = StageCost.Of(plan).Single();
        var least = MemoryCheck.LeastBytes(cost);
        Assert.True(MemoryCheck.Fitting(plan, least).IsRight);
        var available = cost.StateBytes + (0.4 * (least - cost.StateBytes));
        var refusal = MemoryCheck.Fitting(plan, available).Error();
        Assert.StartsWith("pretrain needs about ", refusal, StringComparison.Ordinal);
        Assert.EndsWith("are available: --set pretrain.microbatch=64 fits.", refusal, StringComparison.Ordinal);

        // What is advised is accepted, and nothing fits where the weights alone do not.
        using var advised = Place(batch: 256, microbatch: ", microbatch: 64");
        Assert.True(MemoryCheck.Fitting(PlanOf(advised), available).IsRight);
        Assert.Contains("no microbatch makes it fit", MemoryCheck.Fitting(plan, cost.StateBytes / 2).Error(), StringComparison.Ordinal);
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

            """
        );
}
