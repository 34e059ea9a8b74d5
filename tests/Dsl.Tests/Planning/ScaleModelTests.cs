using SimClrDsl.Planning;
using SimClrDsl.Tests.Reading;

namespace SimClrDsl.Tests.Planning;

/// <summary>Loads of steps and their times on many GPUs, by hand.</summary>
public sealed class ScaleModelTests
{
    private const string ResNet50 = """
        name: x
        data: { source: imagenet, labels: 1% }
        encoder: { resnet: 50 }
        pretrain: { batch: 4096, memory: { use: never } }
        finetune: {}

        """;

    private static StageLoad Load(string stage, string more = "") => Load(stage, spec => spec + more);

    private static StageLoad Load(string stage, Func<string, string> change) =>
        Assert.Single(StageLoad.Of(Plan.Of(SpecSamples.Read(change(ResNet50)))), load => load.Stage == stage);

    // 4,087,136,256 multiply-adds of the encoder (torchvision's 4,089,184,256 without the classifier's 2048 · 1000), 8,650,752 of a head of
    // 2048 · 2048 twice and 2048 · 128; 53 convolutions and 3 layers of the head.
    [Fact]
    public void The_load_of_pretraining_a_ResNet_50_is_that_of_its_shapes()
    {
        var load = Load("pretrain");
        Assert.Equal((250_228, 4096, 8192, 56), (load.Steps, load.Images, load.Views, load.Convolutions));
        Assert.Equal(2.0 * 3 * (4_087_136_256 + 8_650_752) * 8192, load.Flops, load.Flops * 1e-12);
        Assert.Equal(12.0 * load.Weights, load.StateBytes, 1.0);
        Assert.Equal(4.0 * 8192 * 128, load.GatheredBytes);
        Assert.Equal(6.0 * 8192 * 8192 * 128, load.LossFlops);
    }

    // With a memory each GPU collects the keys of the batch, which queries are compared with, beside the queries themselves; in one
    // direction the queries are first views and the keys second ones. The queue adds candidates, and nothing to collect.
    [Theory]
    [InlineData("{ use: always, queue: 65536 }", 8192, 8192)]
    [InlineData("{ use: always, queue: 65536, queries: first, keep: second }", 4096, 4096)]
    public void A_memorys_keys_are_collected_beside_the_queries(string memory, int queries, int keys)
    {
        var load = Load("pretrain", spec => spec.Replace("{ use: never }", memory));
        Assert.Equal(4.0 * (queries + keys) * 128, load.GatheredBytes);
        Assert.Equal(6.0 * queries * (keys + 65536) * 128, load.LossFlops);
    }

    [Fact]
    public void Fine_tuning_has_no_contrastive_loss()
    {
        var load = Load("finetune");
        Assert.Equal((1024, 53, 0.0, 0.0), (load.Views, load.Convolutions, load.GatheredBytes, load.LossFlops));
        Assert.Equal(2.0 * 3 * 4_087_136_256 * 1024, load.Flops, load.Flops * 1e-12);
    }

    [Fact]
    public void A_teacher_adds_its_forward_pass_to_distillation()
    {
        var load = Load("distill", "distill: { student: { resnet: 50 }, batch: 4096 }\n");
        Assert.Equal(2.0 * 4 * 4_087_136_256 * 4096, load.Flops, load.Flops * 1e-12);
    }

    private static readonly ScaleModel Model = new(
        new(PeakFlops: 1000, MemoryBandwidth: 2000, MemoryBytes: 1000, NodeGpus: 2, NodeLink: 100, NetworkLink: 10, Latency: 0.5),
        new(TrainingFraction: 0.5, LossFraction: 0.25, HostSeconds: 0.01, WaitFraction: 0.1)
    );

    private static readonly StageLoad Small = new(
        "pretrain",
        "network",
        Steps: 10,
        Images: 16,
        Views: 32,
        Flops: 6000,
        Weights: 100,
        StateBytes: 400,
        ActivationBytes: 75,
        KeptBytes: 75,
        AtOnce: 32,
        Convolutions: 30,
        Norms: new(Count: 4, Values: 50),
        GatheredBytes: 20,
        LossFlops: 500
    );

    // Compute 6000 / 500, loss 500 / 250, update 5 · 4 · 100 / 2000, host 30 · 0.01; one GPU talks to nobody.
    [Fact]
    public void One_GPU_computes_all_and_exchanges_nothing()
    {
        var step = Model.Step(Small, 1);
        Assert.Equal((12, 2, 1, 0.3, 0, 0), (step.Compute, step.Loss, step.Update, step.Host, step.AllReduce, step.Gather));
        Assert.Equal((0, 0, 0), (step.Exposed, step.Norms, step.Wait));
        Assert.Equal((15, "compute"), (step.Total, step.Bound));
        Assert.Equal(150, Model.Seconds(Small, 1));
    }

    // All-reduce 800 · 1/2 / 100 + 8 buckets of 2 · 1 · 0.5 = 12, of which 4 · 7/8 hide behind the backward pass; gather 40 · 1/2 / 100 + 1
    // = 1.2; sums of batch norms 800 · 1/2 / 100 + 4 · 1 = 8; waiting for the slower one a tenth of 6.
    [Fact]
    public void Two_GPUs_exchange_gradients_over_the_link_of_their_node()
    {
        var step = Model.Step(Small, 2);
        Assert.Equal((6, 1, 12), (step.Compute, step.Loss, step.AllReduce));
        Assert.Equal(8.5, step.Exposed, 1e-12);
        Assert.Equal(1.2, step.Gather, 1e-12);
        Assert.Equal(8, step.Norms, 1e-12);
        Assert.Equal(0.6, step.Wait, 1e-12);
        Assert.Equal(6 + 1 + 1 + 8.5 + 1.2 + 8 + 0.6, step.Total, 1e-12);
        Assert.Equal(15 / (2 * 26.3), Model.Efficiency(Small, 2), 1e-12);
    }

    // All-reduce 800 · 3/4 / 10 + 8 buckets of 2 · 2 · 0.5 = 76, of which 2 · 7/8 are hidden.
    [Fact]
    public void Four_GPUs_exchange_gradients_over_the_network_and_wait_for_it()
    {
        var step = Model.Step(Small, 4);
        Assert.Equal(74.25, step.Exposed, 1e-12);
        Assert.Equal("communication", step.Bound);
        Assert.Equal((2, "communication"), Model.Saturation(Small));
    }

    // The last bucket is complete only when the backward pass has ended: 12 / 8, however long that pass takes.
    [Fact]
    public void The_last_bucket_of_gradients_is_never_hidden() =>
        Assert.Equal(1.5, Model.Step(Small with { Flops = 6e6 }, 2).Exposed, 1e-12);

    // 512 MiB of gradients are 32 buckets of 16 MiB.
    [Theory]
    [InlineData(100, 8)]
    [InlineData(128 << 20, 32)]
    [InlineData((128 << 20) + 1, 33)]
    public void Buckets_are_at_most_16_MiB(long weights, int buckets) =>
        Assert.Equal(buckets, Model.Step(Small with { Weights = weights }, 2).Buckets);

    [Fact]
    public void Batch_norms_that_wait_for_the_slowest_are_the_bottleneck_where_GPUs_differ()
    {
        var near = Model with { Gpu = Model.Gpu with { NodeLink = 1e12, NetworkLink = 1e12, Latency = 0 } };
        var uneven = near with { Measured = near.Measured with { WaitFraction = 2 } };
        Assert.Equal((12, "slowest"), (uneven.Step(Small, 2).Wait, uneven.Step(Small, 2).Bound));
    }

    // ResNet-50: 53 batch norms of 26,560 channels, and three of a head with 2048 + 2048 + 128. Each sums twice in a step of training, and
    // once in the pass of the memory network.
    [Fact]
    public void Each_batch_norm_sums_its_statistics_and_their_gradient()
    {
        Assert.Equal(new NormSums(2 * 56, 2 * 2 * (26_560 + 4224)), Load("pretrain").Norms);
        Assert.Equal(
            new NormSums(3 * 56, 3 * 2 * (26_560 + 4224)),
            Load("pretrain", spec => spec.Replace("{ use: never }", "{ use: always, queue: 65536 }")).Norms
        );
        Assert.Equal(new NormSums(2 * (53 + 1), 2 * 2 * (26_560 + 2048)), Load("finetune").Norms);
    }

    // Without the stem and the first two groups: 1 + (3 · 3 + 1) + (4 · 3 + 1) batch norms fewer. Frozen ones that go on updating their
    // statistics sum these.
    [Theory]
    [InlineData("inference", 2 * (53 + 1 - 24))]
    [InlineData("update", (2 * (53 + 1 - 24)) + 24)]
    public void Frozen_batch_norms_sum_nothing_or_their_statistics(string frozen, int sums) =>
        Assert.Equal(
            sums,
            Load(
                "finetune",
                spec => spec.Replace("finetune: {}", $"finetune: {{ freeze: group2, frozen_batch_norm: {frozen} }}")
            ).Norms.Count
        );

    [Fact]
    public void A_slow_host_is_what_a_step_waits_for()
    {
        var slow = Model with { Measured = Model.Measured with { HostSeconds = 1 } };
        Assert.Equal((30, "host"), (slow.Step(Small, 1).Total, slow.Step(Small, 1).Bound));
    }

    [Fact]
    public void There_are_no_more_GPUs_than_images()
    {
        var near = Model with { Gpu = Model.Gpu with { NodeLink = 1e12, NetworkLink = 1e12, Latency = 0, MemoryBandwidth = 1e12 } };
        var fast = near with { Measured = near.Measured with { HostSeconds = 0 } };
        Assert.Equal((32, "batch"), fast.Saturation(Small));
    }

    // 400 + 75 · 32 / 4 is the first that is at most 1000.
    [Fact]
    public void Enough_GPUs_hold_a_step() => Assert.Equal(4, Model.Holding(Small));

    // 400 + 75 · 8, however many views a GPU has.
    [Fact]
    public void One_GPU_holds_a_step_in_parts() => Assert.Equal(1, Model.Holding(Small with { AtOnce = 8 }));

    // What is run again is neither kept nor a part of the state; microbatches have a second set of gradients, and images that wait.
    [Fact]
    public void Blocks_run_again_and_microbatches_keep_less_in_memory()
    {
        const string Batch = "pretrain: { batch: 4096";
        var (plain, again, parts) = (
            Load("pretrain"),
            Load("pretrain", spec => spec.Replace("resnet: 50", "resnet: 50, recompute: blocks")),
            Load("pretrain", spec => spec.Replace(Batch, $"{Batch}, microbatch: 64"))
        );
        Assert.Equal((plain.StateBytes, plain.ActivationBytes, 8192.0), (again.StateBytes, again.ActivationBytes, again.AtOnce));
        Assert.Equal(plain.ActivationBytes, plain.KeptBytes);
        Assert.True(again.KeptBytes < 0.5 * plain.KeptBytes);
        Assert.Equal(128, parts.AtOnce);
        Assert.Equal(plain.StateBytes + (4.0 * (plain.Weights + (8192.0 * 3 * 224 * 224))), parts.StateBytes, 1.0);
        Assert.Equal(32, Load("finetune", spec => spec.Replace("finetune: {}", "finetune: { microbatch: 32 }")).AtOnce);
    }
}
