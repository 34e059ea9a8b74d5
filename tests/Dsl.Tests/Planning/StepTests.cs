using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Specs;
using SimClrDsl.Tests.Reading;

namespace SimClrDsl.Tests.Planning;

/// <summary>
/// Step counts and rates: the reference's sections 2 and 6.2, and the step numbers in the names of the released checkpoints.
/// </summary>
public sealed class StepTests
{
    private const int Imagenet = 1281167;

    [Theory]
    [InlineData(Imagenet, 800, 4096, 40, 250228, 12511)]
    [InlineData(Imagenet, 100, 4096, 10, 31279, 3127)]
    [InlineData(Imagenet, 400, 4096, 20, 125114, 6255)]
    [InlineData(50000, 800, 512, 40, 78126, 3906)]
    [InlineData(50000, 1000, 512, 10, 97657, 976)]
    public void Steps_are_counted_as_the_official_code_counts_them(
        int images,
        int epochs,
        int batch,
        int warmup,
        int total,
        int warmupSteps
    )
    {
        var pretrain = Pretrain(images, epochs, batch, $"{warmup}").Rate;
        Assert.Equal((total, warmupSteps), (pretrain.TotalSteps.Value, pretrain.WarmupSteps.Value));
        // The same as a share of the epochs, as the paper says it.
        var share = Pretrain(images, epochs, batch, $"{100m * warmup / epochs}%".Replace(',', '.')).Rate;
        Assert.Equal(warmupSteps, share.WarmupSteps.Value);
        Assert.Equal($"⌊{images} · {epochs} / {batch}⌋ + 1", pretrain.TotalSteps.From);
    }

    // A share is the decimal number it is written as: none of these loses a step to binary fractions.
    [Theory]
    [InlineData("5%", 800, 40)]
    [InlineData("0.57%", 10000, 57)]
    [InlineData("0.29%", 10000, 29)]
    [InlineData("1.1%", 1000, 11)]
    [InlineData("0.57", 100, 57, 100)]
    [InlineData("1.15", 100, 115, 100)]
    public void A_warm_up_takes_as_many_whole_steps_as_it_comes_to(string warmup, int epochs, int steps, int batchesAnEpoch = 1) =>
        Assert.Equal(steps, Pretrain(64 * batchesAnEpoch, epochs, 64, warmup).Rate.WarmupSteps.Value);

    // The categories of released checkpoints by the steps in their names: linear heads come with the pretrained ones.
    [Fact]
    public void Every_stage_ends_at_the_step_of_its_released_checkpoint()
    {
        var plans = new[] { "1%", "10%", "100%" }.Select(static labels => Paper("resnet: 50", labels)).ToArray();
        Assert.All(plans, static plan => Assert.Equal(250228, plan.Pretrain!.Rate.TotalSteps.Value));
        Assert.Equal([751, 3754, 37535], plans.Select(static plan => plan.Finetune!.Rate.TotalSteps.Value));
        Assert.Equal(28151, Linear("{}").Rate.TotalSteps.Value);
    }

    [Fact]
    public void Adam_has_the_decay_and_schedule_of_the_stage_and_a_rate_of_its_own()
    {
        var pretrain = Optimized("adam: {}");
        Assert.Equal(new OptimizerPlan.Adam(0.9, 0.999, 1e-8, WeightDecay: 1e-4), pretrain.Optimizer);
        Assert.Equal(new Folded<double>(0.001, "as given"), pretrain.Rate.Peak);
        Assert.Equal(12511, pretrain.Rate.WarmupSteps.Value);
        Assert.Equal(
            new OptimizerPlan.Adam(0.5, 0.6, 0.1, 0.2, Decoupled: true, Clip: 1, Average: 0.9999),
            Optimized(
                "adam: { beta1: 0.5, beta2: 0.6, epsilon: 0.1, weight_decay: 0.2, decoupled: true }, clip: 1, average: 0.9999"
            ).Optimizer
        );
    }

    [Theory]
    [InlineData("sqrt", 0.064, "0.001 · √4096")]
    [InlineData("linear", 0.016, "0.001 · 4096 / 256")]
    [InlineData("none", 0.001, "as given")]
    public void The_rate_of_every_optimizer_scales_as_the_spec_says(string scaling, double peak, string from)
    {
        foreach (var optimizer in new[] { "lars", "sgd", "adam" })
        {
            Assert.Equal(new Folded<double>(peak, from), Optimized($"{optimizer}: {{ lr: 0.001, scaling: {scaling} }}").Rate.Peak);
        }
    }

    [Fact]
    public void LARS_may_have_Nesterovs_form_and_another_rate_for_what_it_does_not_adapt() =>
        Assert.Equal(
            new OptimizerPlan.Lars(0.9, 0.001, 1e-4, Nesterov: true, Unadapted: 0.1, Clip: 5),
            Optimized("lars: { nesterov: true, unadapted: 0.1 }, clip: 5").Optimizer
        );

    [Theory]
    [InlineData("adam: { decoupled: true }, clip: 1, average: 0.9999", "AdamW, decay 0.0001, clip 1, average 0.9999, cosine")]
    [InlineData("lars: { nesterov: true, unadapted: 0.1 }", "Nesterov LARS, decay 0.0001, unadapted 0.1, cosine")]
    public void The_plan_table_says_what_was_decided_for_the_optimizer(string optimizer, string words) =>
        Assert.Contains(words, PlanTable.Format(Whole($"optimizer: {{ {optimizer} }}")));

    [Theory]
    [InlineData("labels: 1%", 12811, 60, 751)]
    [InlineData("labels: 10%", 128116, 30, 3754)]
    [InlineData("labels: 100%", Imagenet, 30, 37535)]
    public void Fine_tuning_ends_at_the_steps_of_the_released_checkpoints(string labels, int images, int epochs, int total)
    {
        var plan = Plan($"data: {{ source: imagenet, {labels} }}\nencoder: {{ resnet: 50 }}\npretrain: {{}}\nfinetune: {{}}");
        Assert.Equal((images, epochs, total), (plan.Data.Labels, plan.Finetune!.Epochs, plan.Finetune.Rate.TotalSteps.Value));
        Assert.Equal(0, plan.Finetune.Rate.WarmupSteps.Value);
        Assert.Equal(250228, plan.Pretrain!.Rate.TotalSteps.Value);
    }

    // 90 epochs of 4096: the linear evaluation's defaults, and the supervised baseline's in the released checkpoints.
    [Fact]
    public void Ninety_epochs_end_at_the_step_of_the_supervised_checkpoint() => Assert.Equal(28151, Linear("{}").Rate.TotalSteps.Value);

    [Fact]
    public void Distillation_takes_as_many_steps_as_in_the_paper()
    {
        var distill = Paper("resnet: 50", "1%").Distill!;
        Assert.Equal((125114, 6255), (distill.Rate.TotalSteps.Value, distill.Rate.WarmupSteps.Value));
        Assert.Equal(6.4, distill.Rate.Peak.Value);
        Assert.Equal(new OptimizerPlan.Lars(0.9, 0.001, 1e-4), distill.Optimizer);
    }

    [Fact]
    public void The_rate_of_pretraining_peaks_at_a_tenth_of_the_square_root_of_the_batch()
    {
        var pretrain = Paper("resnet: 50", "1%").Pretrain!;
        Assert.Equal(new Folded<double>(6.4, "0.1 · √4096"), pretrain.Rate.Peak);
        Assert.Equal(new OptimizerPlan.Lars(0.9, 0.001, 1e-4), pretrain.Optimizer);
        Assert.Equal(Schedule.Cosine, pretrain.Rate.Schedule);
    }

    [Theory]
    [InlineData("{ lr: 0.075 }")]
    [InlineData("{ lr: 0.3, scaling: linear }")]
    public void The_recipe_of_the_official_readme_peaks_at_a_rate_of_4_8(string lars) =>
        Assert.Equal(4.8, Pretrain(Imagenet, 100, 4096, "10", lars).Rate.Peak.Value);

    [Theory]
    [InlineData("resnet: 50", 0.16)]
    [InlineData("resnet: 101", 0.16)]
    [InlineData("resnet: 152", 0.16)]
    [InlineData("resnet: 50, width: 2", 0.064)]
    [InlineData("resnet: 50, selective_kernel: true", 0.064)]
    [InlineData("resnet: 152, width: 3, selective_kernel: true", 0.064)]
    public void The_rate_of_fine_tuning_peaks_lower_for_wide_and_selective_networks(string encoder, double peak)
    {
        var finetune = Paper(encoder, "10%").Finetune!;
        Assert.Equal(peak, finetune.Rate.Peak.Value);
        Assert.Equal($"{(peak == 0.16 ? "0.005" : "0.002")} · √1024", finetune.Rate.Peak.From);
        Assert.Equal(new OptimizerPlan.Lars(0.9, 0.001, WeightDecay: 0), finetune.Optimizer);
    }

    [Fact]
    public void The_rate_of_linear_evaluation_peaks_at_1_6_for_photographs()
    {
        var linear = Linear("{}");
        Assert.Equal((1.6, 0), (linear.Rate.Peak.Value, linear.Rate.WarmupSteps.Value));
        Assert.Equal(new OptimizerPlan.Sgd(0.9, Nesterov: true, 1e-6), linear.Optimizer);
    }

    [Fact]
    public void The_rate_of_linear_evaluation_peaks_at_0_2_for_small_images()
    {
        var linear = Plan(
            "data: { source: synthetic }\nencoder: { resnet: 18 }\npretrain: { batch: 64 }\nevaluate: { linear: { batch: 512 } }"
        ).Linear!;
        Assert.Equal(0.2, linear.Rate.Peak.Value);
        Assert.Equal(new OptimizerPlan.Sgd(0.9, Nesterov: true, WeightDecay: 0), linear.Optimizer);
    }

    // 500 of 50,000 are exactly 1 %; a hundred times thirty million is more than 32 bits hold.
    [Theory]
    [InlineData("{ source: cifar10, labels: 500 }", 60)]
    [InlineData("{ source: cifar10, labels: 510 }", 30)]
    [InlineData("{ source: folder, path: x, image: 64, classes: 2, train_images: 30000000, test_images: 10, labels: 100% }", 30)]
    public void Fine_tuning_takes_60_epochs_with_at_most_1_percent_of_labels_and_30_with_more(string data, int epochs) =>
        Assert.Equal(
            epochs,
            SimClrDsl
                .Planning.Plan.Of(
                    SpecSamples.Read($"name: x\ndata: {data}\nencoder: {{ resnet: 18 }}\npretrain: {{ batch: 64 }}\nfinetune: {{}}\n")
                )
                .Finetune!.Epochs
        );

    [Theory]
    [InlineData("1%", 1, 60)]
    [InlineData("1.1%", 1, 30)]
    [InlineData("10%", 1, 30)]
    [InlineData("100%", 0, 30)]
    public void Few_labels_are_fine_tuned_for_longer_and_from_a_layer_of_the_head(string labels, int layer, int epochs)
    {
        var finetune = Paper("resnet: 50", labels).Finetune!;
        Assert.Equal((layer, epochs), (finetune.FromHeadLayer, finetune.Epochs));
    }

    [Theory]
    [InlineData("resnet: 152, width: 3, selective_kernel: true", "resnet: 152, width: 3, selective_kernel: true", 0.1)]
    [InlineData("resnet: 50", "resnet: 50, stem: imagenet", 0.1)]
    [InlineData("resnet: 152, width: 3, selective_kernel: true", "resnet: 50", 1.0)]
    [InlineData("resnet: 50, selective_kernel: true", "resnet: 50", 1.0)]
    public void A_student_like_its_teacher_learns_at_a_low_temperature(string teacher, string student, double temperature) =>
        Assert.Equal(temperature, Paper(teacher, "1%", student).Distill!.Temperature);

    [Fact]
    public void A_value_that_is_given_wins_over_the_default()
    {
        var plan = Plan(
            """
            data: { source: imagenet, labels: 1% }
            encoder: { resnet: 50 }
            pretrain: { optimizer: { lars: { lr: 1, scaling: none, weight_decay: 0, momentum: 0.5, trust: 0.01 }, warmup: 0 } }
            finetune: { from_head_layer: 3, epochs: 5, optimizer: { sgd: { weight_decay: 0.5 }, warmup: 1, schedule: constant } }
            distill: { student: { resnet: 50 }, temperature: 0.5, alpha: 0.25 }
            """
        );
        Assert.Equal(new Folded<double>(1, "as given"), plan.Pretrain!.Rate.Peak);
        Assert.Equal(new Folded<int>(0, "no warm-up"), plan.Pretrain.Rate.WarmupSteps);
        Assert.Equal(new OptimizerPlan.Lars(0.5, 0.01, 0), plan.Pretrain.Optimizer);
        Assert.Equal((3, 5, Schedule.Constant), (plan.Finetune!.FromHeadLayer, plan.Finetune.Epochs, plan.Finetune.Rate.Schedule));
        // SGD's own base rate, not that of the stage's LARS.
        Assert.Equal((0.4, 12), (plan.Finetune.Rate.Peak.Value, plan.Finetune.Rate.WarmupSteps.Value));
        Assert.Equal(new OptimizerPlan.Sgd(0.9, Nesterov: true, 0.5), plan.Finetune.Optimizer);
        Assert.Equal((0.5, 0.25, 4096), (plan.Distill!.Temperature, plan.Distill.Alpha, plan.Distill.LabelBatch));
        Assert.Equal(0, Paper("resnet: 50", "1%").Distill!.LabelBatch);
    }

    // There are no more labelled images than there are labels, and no more places than a batch has; without a label term there are none.
    [Theory]
    [InlineData(100, 4096, 0.5, 100)]
    [InlineData(4000, 64, 0.5, 64)]
    [InlineData(100, 64, 1, 0)]
    public void No_more_labelled_images_lie_beside_a_step_than_there_are(int labels, int batch, double alpha, int beside) =>
        Assert.Equal(
            beside,
            Plan(
                FormattableString.Invariant(
                    $"data: {{ source: cifar10, labels: {labels} }}\nencoder: {{ resnet: 18 }}\npretrain: {{}}\nfinetune: {{}}\n"
                ) + FormattableString.Invariant($"distill: {{ student: {{ resnet: 18 }}, batch: {batch}, alpha: {alpha} }}")
            ).Distill!.LabelBatch
        );

    private static PretrainPlan Optimized(string optimizer) => Whole($"optimizer: {{ {optimizer} }}").Pretrain!;

    private static Plan Whole(string pretrain) =>
        Plan($"data: {{ source: imagenet }}\nencoder: {{ resnet: 50 }}\npretrain: {{ {pretrain} }}");

    private static PretrainPlan Pretrain(int images, int epochs, int batch, string warmup, string lars = "{}") =>
        Plan(
            $"data: {{ source: imagenet, unlabelled: {images} }}\nencoder: {{ resnet: 50 }}\n"
                + $"pretrain: {{ epochs: {epochs}, batch: {batch}, optimizer: {{ lars: {lars}, warmup: {warmup} }} }}"
        ).Pretrain!;

    private static LinearPlan Linear(string linear) =>
        Plan($"data: {{ source: imagenet }}\nencoder: {{ resnet: 50 }}\npretrain: {{}}\nevaluate: {{ linear: {linear} }}").Linear!;

    private static Plan Paper(string encoder, string labels, string student = "resnet: 50") =>
        Plan(
            $"data: {{ source: imagenet, labels: {labels} }}\nencoder: {{ {encoder} }}\npretrain: {{}}\nfinetune: {{}}\n"
                + $"distill: {{ student: {{ {student} }} }}"
        );

    private static Plan Plan(string yaml) => SimClrDsl.Planning.Plan.Of(SpecSamples.Read("name: paper\n" + yaml));
}
