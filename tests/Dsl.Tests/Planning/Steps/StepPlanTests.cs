using SimClrDsl.Planning;
using SimClrDsl.Planning.Steps;
using SimClrDsl.Tests.Reading;

namespace SimClrDsl.Tests.Planning.Steps;

/// <summary>What a training step does is decided in the plan, as a value.</summary>
public sealed class StepPlanTests
{
    private const string Whole = """
        name: whole
        data: { source: synthetic, image: 32, classes: 10, unlabelled: 64, labels: 20 }
        encoder: { resnet: 18, width: 0.25 }
        pretrain: { epochs: 2, batch: 16, memory: { use: always, queue: 32 }, optimizer: { clip: 1, average: 0.9 } }
        evaluate: { knn: { k: 5 }, linear: { epochs: 1, batch: 16 }, supervised: { steps: 4, batch: 4, evaluate_every: 2 } }
        finetune: { epochs: 1, batch: 4, freeze: group1 }
        self_distill: { epochs: 1, batch: 16 }
        distill: { student: { resnet: 18, width: 0.125 }, epochs: 1, batch: 16, alpha: 0.5 }
        """;

    private static readonly string[] Trained = ["pretrain", "linear", "supervised", "finetune", "self_distill", "distill"];

    public static TheoryData<string> TrainingStages => [.. Trained];

    [Theory]
    [MemberData(nameof(TrainingStages))]
    public void Steps_of_equal_specs_are_equal_and_have_the_same_hash(string stage)
    {
        var (one, other) = (StepOf(Whole, stage), StepOf(Whole, stage));
        Assert.NotSame(one, other);
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
    }

    // A list or an array would be compared by reference.
    [Fact]
    public void Every_part_of_a_step_is_equal_by_value()
    {
        var types = typeof(StepPlan).Assembly.GetTypes().Where(static type => type.IsPublic || type.IsNestedPublic);
        var parts = types.Where(static type => type.Namespace == typeof(StepPlan).Namespace).ToList();
        Assert.All(
            parts.Where(static type => type.IsClass && !(type.IsAbstract && type.IsSealed)),
            static type => Assert.NotNull(type.GetMethod("<Clone>$"))
        );
        Assert.All(
            parts.SelectMany(static type => type.GetProperties()).Select(static property => property.PropertyType),
            static type => Assert.False(type.IsArray || (type.IsInterface && type != typeof(string)), $"{type} is compared by reference")
        );
    }

    [Theory]
    [InlineData("pretrain", "epochs: 2", "epochs: 3")]
    [InlineData("pretrain", "queue: 32", "queue: 64")]
    [InlineData("pretrain", "queue: 32", "queue: 32, queries: first")]
    [InlineData("pretrain", "queue: 32", "queue: 32, statistics: averaged")]
    [InlineData("pretrain", "queue: 32", "queue: 32, keep: second")]
    [InlineData("pretrain", "batch: 16, memory", "batch: 16, microbatch: 4, memory")]
    [InlineData("pretrain", "batch: 16, memory", "batch: 16, temperature: 0.5, memory")]
    [InlineData("pretrain", "batch: 16, memory", "batch: 16, loss_scale: mean, memory")]
    [InlineData("pretrain", "batch: 16, memory", "batch: 16, online_linear: {}, memory")]
    [InlineData("pretrain", "batch: 16, memory", "batch: 16, augment: { blur: 0 }, memory")]
    [InlineData("pretrain", "clip: 1", "clip: 2")]
    [InlineData("pretrain", "clip: 1", "schedule: constant")]
    [InlineData("pretrain", "clip: 1", "sgd: { momentum: 0.5 }")]
    [InlineData("pretrain", "average: 0.9", "average: 0.8")]
    [InlineData("linear", "linear: { epochs: 1", "linear: { augment: none, epochs: 1")]
    [InlineData("supervised", "steps: 4", "steps: 4, label_smoothing: 0.1")]
    [InlineData("supervised", "evaluate_every: 2", "evaluate_every: 1")]
    [InlineData("finetune", "freeze: group1", "freeze: group2")]
    [InlineData("finetune", "freeze: group1", "freeze: group1, frozen_batch_norm: update")]
    [InlineData("finetune", "freeze: group1", "freeze: group1, from_head_layer: 2")]
    [InlineData("finetune", "width: 0.25 }", "width: 0.25, recompute: blocks }")]
    [InlineData("self_distill", "self_distill: { epochs: 1", "self_distill: { temperature: 3, epochs: 1")]
    [InlineData("distill", "alpha: 0.5", "alpha: 1")]
    [InlineData("distill", "alpha: 0.5", "alpha: 0.25")]
    [InlineData("distill", "alpha: 0.5", "alpha: 0.5, images: labelled")]
    [InlineData("distill", "alpha: 0.5", "alpha: 0.5, temperature: 2, temperature_squared: true")]
    [InlineData("distill", "name: whole", "name: whole\nrunning_variance: unbiased")]
    public void A_setting_that_a_step_depends_on_changes_it(string stage, string from, string to)
    {
        Assert.Contains(from, Whole);
        Assert.NotEqual(StepOf(Whole, stage), StepOf(Whole.Replace(from, to), stage));
    }

    [Theory]
    [InlineData("name: whole", "name: other\nseed: 9\nprecision: float32")]
    [InlineData("knn: { k: 5 }", "knn: { k: 6 }")]
    [InlineData("student: { resnet: 18, width: 0.125 }", "student: { resnet: 34, width: 0.25 }")]
    public void A_setting_that_no_step_depends_on_changes_none(string from, string to) =>
        Assert.All(Trained, stage => Assert.Equal(StepOf(Whole, stage), StepOf(Whole.Replace(from, to), stage)));

    [Fact]
    public void The_memory_network_comes_before_the_gradients_and_the_queue_after_them() =>
        Assert.Equal(
            [
                typeof(StepAction.Unpack),
                typeof(StepAction.MemoryKeys),
                typeof(StepAction.Differentiate),
                typeof(StepAction.Clip),
                typeof(StepAction.Update),
                typeof(StepAction.Enqueue),
                typeof(StepAction.Average),
            ],
            StepOf(Whole, "pretrain").Learn.Select(static action => action.GetType())
        );

    // Two views of 4 images at a time, 4 times, and 32 projections for the loss.
    [Fact]
    public void Microbatches_of_pretraining_are_embedded_one_by_one_and_compared_together()
    {
        var step = StepOf(Whole.Replace("batch: 16, memory", "batch: 16, microbatch: 4, memory"), "pretrain");
        var cut = Assert.Single(step.Learn.OfType<StepAction.Cut>());
        Assert.Equal(("parts", 4, new ImageShape(8, 3, 32)), (cut.Name, cut.Parts, cut.Images));
        Assert.Equal(new StepAction.DifferentiateEmbeddings(), step.Learn[3]);
        Assert.Equal((32, 128), (step.Embedding!.Embeddings, step.Embedding.Width));
        Assert.Equal(new NetworkPass.Projections(8, 128), Assert.Single(step.Embedding.Passes));
        Assert.Equal(LossReturns.Nothing, step.Loss.Returns);
        Assert.Equal(["z", "keys", "queue"], step.Loss.Inputs);
    }

    [Fact]
    public void Labelled_images_beside_unlabelled_ones_go_through_the_student_together()
    {
        var step = StepOf(Whole, "distill");
        Assert.Equal(BatchKind.Mixed, step.Batch);
        Assert.Equal(["x", "labelled", "labels"], step.Reads.Select(static input => input.Name));
        Assert.Equal(new NetworkPass.LogitsOfBoth(16, 16), Assert.Single(step.Loss.Passes));
        var both = Assert.IsType<ObjectivePlan.TeacherAndLabels>(step.Loss.Objective);
        Assert.Equal((0.5, 0.5, "labelLogits"), (both.Alpha, both.LabelWeight, both.LabelLogits));
    }

    [Fact]
    public void Frozen_groups_are_at_inference_and_the_others_are_trained()
    {
        var step = StepOf(Whole, "finetune");
        Assert.Equal(["encoder.stem", "encoder.group1_entry", "encoder.group1_body"], step.FrozenPaths);
        var forward = Assert.Single(step.Members.OfType<StepMember.ForwardOverFrozen>());
        var encoder = Assert.IsType<FrozenEncoder.UpToGroup>(forward.Encoder);
        Assert.Equal([1], encoder.Frozen.Select(static group => group.Index));
        Assert.Equal([2, 3, 4], encoder.Trained.Select(static group => group.Index));
    }

    [Fact]
    public void Images_that_stay_encoded_are_cropped_a_step_ahead()
    {
        var photographs = Whole.Replace(
            "source: synthetic, image: 32, classes: 10, unlabelled: 64, labels: 20",
            "source: imagenet, labels: 1%"
        );
        var step = StepOf(photographs, "distill");
        Assert.Equal(
            [(BatchPart.Unlabelled, (int?)0), (BatchPart.Labelled, 1)],
            step.Prepares.Cast<PreparedCrops.OfImages>().Select(static crops => (crops.Of, crops.KeyIndex))
        );
        Assert.Empty(StepOf(Whole, "distill").Prepares);
    }

    private static StepPlan StepOf(string yaml, string stage)
    {
        var plan = Plan.Of(SpecSamples.Read(yaml));
        return plan.Stage(stage)!
            .Match(
                pretrain: planned => StepPlan.Of(plan, planned),
                knn: static _ => throw new ArgumentException("It trains nothing."),
                linear: planned => StepPlan.Of(plan, planned),
                labelOnly: planned => StepPlan.Of(plan, planned),
                finetune: planned => StepPlan.Of(plan, planned),
                selfDistill: planned => StepPlan.Of(plan, planned),
                distill: planned => StepPlan.Of(plan, planned)
            );
    }
}
