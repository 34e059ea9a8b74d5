using SimClrDsl.Planning;
using SimClrDsl.Printing;
using static SimClrDsl.Tests.Reading.SpecSamples;

namespace SimClrDsl.Tests.Planning;

/// <summary>The chain of §3.1: fine-tuned, self-distilled, distilled; and the settings on which the paper's places differ.</summary>
public sealed class DistillationTests
{
    [Fact]
    public void Self_distillation_teaches_the_teachers_own_encoder_by_the_pretraining_schedule()
    {
        var plan = Chain(selfDistill: "{}");
        var self = plan.SelfDistill!.Teaching;
        Assert.Equal(plan.Encoder, self.Student);
        Assert.Equal(
            (0.1, false, 1.0, 400, 4096, 0),
            (self.Temperature, self.TemperatureSquared, self.Alpha, self.Epochs, self.Batch, self.LabelBatch)
        );
        Assert.Equal(plan.Pretrain!.Optimizer, self.Optimizer);
        // 400 epochs of ImageNet, as the reference's table counts them.
        Assert.Equal((6.4, 125114, 6255), (self.Rate.Peak.Value, self.Rate.TotalSteps.Value, self.Rate.WarmupSteps.Value));
    }

    // §3.1: 0.1 for a student like its teacher, 1 from big to small. App. F: 0.1 for a fine-tuned teacher, else 1. They differ in two
    // cases.
    [Theory]
    [InlineData("size", false, "resnet: 50", 1)]
    [InlineData("size", true, "resnet: 50", 1)]
    [InlineData("size", false, "resnet: 152, width: 3, selective_kernel: true", 0.1)]
    [InlineData("size", true, "resnet: 152, width: 3, selective_kernel: true", 0.1)]
    [InlineData("size", false, "resnet: 152, width: 3, selective_kernel: true, recompute: blocks", 0.1)]
    [InlineData("teacher", false, "resnet: 50", 0.1)]
    [InlineData("teacher", true, "resnet: 50", 1)]
    [InlineData("teacher", false, "resnet: 152, width: 3, selective_kernel: true", 0.1)]
    [InlineData("teacher", true, "resnet: 152, width: 3, selective_kernel: true", 1)]
    public void A_temperature_that_is_left_out_follows_the_rule(string rule, bool selfDistilled, string student, double temperature)
    {
        var plan = Chain(selfDistilled ? "{}" : null, $"{{ student: {{ {student} }}, temperature_rule: {rule} }}");
        Assert.Equal(temperature, plan.Distill!.Temperature);
    }

    [Fact]
    public void A_given_temperature_wins_over_the_rule() =>
        Assert.Equal(2, Chain(null, "{ student: { resnet: 50 }, temperature: 2, temperature_rule: teacher }").Distill!.Temperature);

    [Fact]
    public void The_plan_table_shows_self_distillation_before_distillation()
    {
        var table = PlanTable.Format(Chain("{ temperature_squared: true }", "{ student: { resnet: 50 }, alpha: 0.5 }"));
        Assert.Contains("\nself_distill: temperature 0.1, its square a factor, alpha 1; crop", table, StringComparison.Ordinal);
        Assert.Contains("\ndistill: temperature 1, alpha 0.5; crop", table, StringComparison.Ordinal);
        Assert.True(table.IndexOf("self_distill ", StringComparison.Ordinal) < table.IndexOf("\ndistill ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_different_teacher_makes_a_different_distillation()
    {
        var (direct, chained) = (StageHashes.Of(Chain(null)), StageHashes.Of(Chain("{}")));
        Assert.Equal(direct["finetune"], chained["finetune"]);
        Assert.NotEqual(direct["distill"], chained["distill"]);
        Assert.NotEqual(chained["distill"], StageHashes.Of(Chain("{ temperature: 1 }"))["distill"]);
    }

    [Fact]
    public void Self_distillation_costs_the_forward_pass_of_its_teacher_too()
    {
        var cost = StageCost.Of(Chain("{}")).Single(static stage => stage.Stage == "self_distill");
        var forward = Chain("{}").Encoder.Cost.MultiplyAdds;
        Assert.Equal(4.0 * forward * 4096 * 125114, cost.MultiplyAdds, 1e-9 * cost.MultiplyAdds);
    }

    // The paper's batches where there are so many images, else all of them; before the rates, which scale with the batch.
    [Fact]
    public void Batches_that_are_left_out_fit_the_number_of_images()
    {
        const string Stages =
            "pretrain: { batch: 64 }\nevaluate: { linear: {} }\nfinetune: {}\nself_distill: {}\ndistill: { student: { resnet: 18 } }\n";
        var small = Plan.Of(Read($"name: a\ndata: {{ source: synthetic, labels: 100 }}\nencoder: {{ resnet: 18 }}\n{Stages}"));
        Assert.Equal((1024, 100, 1024, 1024), (small.Linear!.Batch, small.Finetune!.Batch, small.SelfDistill!.Batch, small.Distill!.Batch));
        Assert.Equal(0.05, small.Finetune.Rate.Peak.Value, 1e-9);

        var large = Plan.Of(Read($"name: a\ndata: {{ source: imagenet }}\nencoder: {{ resnet: 18 }}\n{Stages}"));
        Assert.Equal(
            (4096, 1024, 4096, 4096),
            (large.Linear!.Batch, large.Finetune!.Batch, large.SelfDistill!.Batch, large.Distill!.Batch)
        );
    }

    private static Plan Chain(string? selfDistill, string distill = "{ student: { resnet: 50 } }") =>
        Plan.Of(
            Read(
                "name: chain\ndata: { source: imagenet, labels: 1% }\nencoder: { resnet: 152, width: 3, selective_kernel: true }\n"
                    + "pretrain: {}\nfinetune: {}\n"
                    + (selfDistill is null ? "" : $"self_distill: {selfDistill}\n")
                    + $"distill: {distill}\n"
            )
        );
}
