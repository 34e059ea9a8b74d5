using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;
using HeadLinear = SimClrDsl.Experiments.HeadLinear;
using HeadNone = SimClrDsl.Experiments.HeadNone;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>Steps of networks without a head and with a linear one.</summary>
public sealed class HeadTests
{
    [Fact]
    public void Without_a_head_the_loss_is_of_the_encoders_output_and_may_be_the_mean_of_Eq_1()
    {
        var step = HeadNone.PretrainStep.Step;
        var network = Trials.Fresh(Key.FromSeed(1), HeadNone.ContrastiveNetwork.Init, HeadNone.ContrastiveNetwork.Start);
        var state = TrainState<HeadNone.ContrastiveNetwork.Params, HeadNone.ContrastiveNetwork.State>.Start(network.Params, network.State);
        var batch = Synthetic.Unlabelled(side: 16, HeadNone.PretrainStep.Batch)(0);
        var views = cat([View(batch.Images, Key.FromSeed(5).At(0)), View(batch.Images, Key.FromSeed(5).At(1))]).ForNetwork(batch.Compute);
        var (h, statistics) = HeadNone.Encoder.Forward(network.Params.Encoder, network.State.Encoder, views, Phase.TrainUnbiased);
        var expected = Objectives.ContrastiveLoss.Of(h.Rows(), 0.1);
        var (next, metrics) = step.Take(state, batch, Key.FromSeed(5));
        Assert.Equal(expected, metrics.Loss.item<float>(), 1e-3);
        Values.Close(statistics.Stem.Conv.Variance.Floats(), next.Statistics.Encoder.Stem.Conv.Variance.Floats(), 1e-6);
    }

    [Fact]
    public void A_linear_head_is_a_kernel_and_a_scale()
    {
        var leaves = HeadLinear.ProjectionHead.Init(Key.FromSeed(1)).Leaves();
        Assert.Equal(["layer1.kernel", "layer1.scale"], leaves.Select(static leaf => leaf.Path));
        Assert.Equal([16, 64], leaves[0].Value.shape);
    }

    [Fact]
    public void Fine_tuning_may_start_from_a_linear_heads_output()
    {
        var network = Trials.Fresh(Key.FromSeed(1), HeadLinear.ContrastiveNetwork.Init, HeadLinear.ContrastiveNetwork.Start);
        var begin = HeadLinear.FinetuneStep.FromPretrained(new(network.Params, network.State));
        Assert.Same(network.Params.Head.Layer1.Kernel, begin.Params.Layer1.Kernel);
        Assert.Equal([4, 16], begin.Params.Classifier.Kernel.shape);
    }

    private static Tensor View(ImageBatch images, Key key) =>
        images
            .RandomCrop(key.At("crop"), side: 16, from: 0.08, to: 1, flip: 0.5)
            .DistortColour(key.At("colour"), strength: 1, probability: 0.8)
            .Grayscale(key.At("grayscale"), probability: 0.2)
            .Clip();
}
