using SimClrDsl.Planning;
using SimClrDsl.Specs;
using SimClrDsl.Tests.Reading;

namespace SimClrDsl.Tests.Planning;

/// <summary>What stages ask of a machine, by hand.</summary>
public sealed class StageCostTests
{
    private static readonly Plan Small = Plan.Of(SpecSamples.Read(SpecSamples.FashionMnist));

    private static StageCost Of(Plan plan, string stage) => Assert.Single(StageCost.Of(plan), cost => cost.Stage == stage);

    [Fact]
    public void Every_training_has_a_cost() =>
        Assert.Equal(["pretrain", "linear", "supervised", "finetune", "distill"], StageCost.Of(Small).Select(static cost => cost.Stage));

    [Fact]
    public void Pretraining_goes_forward_and_twice_backward_on_two_views()
    {
        var (encoder, head) = (Small.Encoder.Cost, Small.Pretrain!.Head);
        var cost = Of(Small, "pretrain");
        Assert.Equal(782, cost.Steps);
        Assert.Equal(3.0 * (encoder.MultiplyAdds + head.MultiplyAdds) * 512 * 782, cost.MultiplyAdds);
        Assert.Equal(4.0 * ((3.0 * (encoder.Parameters.Weights + head.Parameters.Weights)) + (512.0 * encoder.Activations)), cost.Bytes);
    }

    [Fact]
    public void A_memory_goes_forward_once_more_and_holds_its_weights_and_queue()
    {
        var spec = SpecSamples.Read(SpecSamples.FashionMnist);
        var memory = Plan.Of(
            spec with
            {
                Pretrain = spec.Pretrain! with
                {
                    Memory = new() { Use = MemoryUse.Always, Queue = 1024 },
                },
            }
        );
        var (plain, with) = (Of(Small, "pretrain"), Of(memory, "pretrain"));
        Assert.Equal(plain.MultiplyAdds * 4 / 3, with.MultiplyAdds, 1.0);
        var network = Small.Encoder.Cost.Parameters.WithStatistics + Small.Pretrain!.Head.Parameters.WithStatistics;
        Assert.Equal(4.0 * (network + (1024 * 128)), with.Bytes - plain.Bytes);
    }

    // By hand: ResNet-18 ×0.25 on 28 pixels. Inputs: the image, three of 16×28×28, two of 32×14×14, and so on; the largest block
    // is group 1's first, whose three convolutions are kept before and after their norms.
    [Fact]
    public void Blocks_that_are_run_again_keep_their_inputs_and_one_block_and_go_forward_once_more()
    {
        var spec = Small.Spec;
        var again = Plan.Of(spec with { Encoder = spec.Encoder with { Recompute = Recompute.Blocks } });
        var map = 28L * 28;
        var inputs = map + (3 * 16 * map) + (2 * 32 * map / 4) + (2 * 64 * map / 16) + (128 * 16);
        Assert.Equal(inputs + (3 * 2 * 16 * map), again.Encoder.Activations);
        var (plain, with) = (Of(Small, "pretrain"), Of(again, "pretrain"));
        Assert.Equal(4.0 * 512 * (Small.Encoder.Activations - again.Encoder.Activations), plain.Bytes - with.Bytes);
        Assert.Equal((double)Small.Encoder.Cost.MultiplyAdds * 512 * 782, with.MultiplyAdds - plain.MultiplyAdds);
        Assert.True(Of(again, "finetune").Bytes < Of(Small, "finetune").Bytes);
        Assert.Equal(Of(Small, "distill"), Of(again, "distill"));
    }

    [Fact]
    public void Microbatches_hold_their_own_activations_the_views_and_a_second_set_of_gradients()
    {
        var spec = Small.Spec;
        var micro = Plan.Of(spec with { Pretrain = spec.Pretrain! with { Microbatch = 16 } });
        var (plain, with) = (Of(Small, "pretrain"), Of(micro, "pretrain"));
        var network = Small.Encoder.Cost.Parameters.Weights + Small.Pretrain!.Head.Parameters.Weights;
        Assert.Equal(4.0 * ((480.0 * Small.Encoder.Activations) - network - (512 * 28 * 28)), plain.Bytes - with.Bytes);
        Assert.Equal(plain.MultiplyAdds * 4 / 3, with.MultiplyAdds, 1.0);
    }

    [Fact]
    public void Microbatches_of_other_stages_go_forward_once()
    {
        var spec = Small.Spec;
        var micro = Plan.Of(spec with { Finetune = spec.Finetune! with { Batch = 100, Microbatch = 20 } });
        var whole = Plan.Of(spec with { Finetune = spec.Finetune! with { Batch = 100 } });
        var (plain, with) = (Of(whole, "finetune"), Of(micro, "finetune"));
        Assert.Equal(plain.MultiplyAdds, with.MultiplyAdds);
        Assert.Equal(4.0 * 80 * Small.Encoder.Activations, plain.ActivationBytes - with.ActivationBytes);
        Assert.Equal(4.0 * (Small.Encoder.Cost.Parameters.Weights + (100 * 28 * 28)), with.StateBytes - plain.StateBytes);
    }

    [Fact]
    public void Adam_and_averaged_weights_are_two_sets_of_weights_more()
    {
        var spec = SpecSamples.Read(SpecSamples.FashionMnist);
        var adam = Plan.Of(
            spec with
            {
                Pretrain = spec.Pretrain! with
                {
                    Optimizer = new() { Adam = new(), Average = 0.999 },
                },
            }
        );
        var weights = Small.Encoder.Cost.Parameters.Weights + Small.Pretrain!.Head.Parameters.Weights;
        Assert.Equal(2.0 * 4 * weights, Of(adam, "pretrain").Bytes - Of(Small, "pretrain").Bytes);
    }

    [Fact]
    public void A_stage_that_experiments_share_counts_once()
    {
        var other = Plan.Of(Small.Spec with { Name = "other", Data = Small.Spec.Data with { Labels = 200 } });
        var cost = SweepCost.Of([Small, other]);
        Assert.Equal((1, 2, 1), (cost.Stages["pretrain"], cost.Stages["finetune"], cost.Stages["linear"]));
    }
}
