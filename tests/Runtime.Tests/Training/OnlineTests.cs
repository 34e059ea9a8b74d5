using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;
using OnlineEncoder = SimClrDsl.Experiments.OnlineEncoder;
using OnlineHeads = SimClrDsl.Experiments.OnlineHead;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>The linear classifier beside pretraining.</summary>
public sealed class OnlineTests
{
    internal static Trial<OnlineEncoder.ContrastiveNetwork.Params, OnlineEncoder.PretrainStep.Carried, LabelledBatch> OnEncoder =>
        Trials.Of(
            OnlineEncoder.PretrainStep.Trainee,
            OnlineEncoder.PretrainStep.Step,
            Synthetic.Labelled(side: 16, OnlineEncoder.PretrainStep.Batch)
        );

    internal static Trial<OnlineHeads.ContrastiveNetwork.Params, OnlineHeads.PretrainStep.Carried, LabelledBatch> OnHead =>
        Trials.Of(
            OnlineHeads.PretrainStep.Trainee,
            OnlineHeads.PretrainStep.Step,
            Synthetic.Labelled(side: 16, OnlineHeads.PretrainStep.Batch)
        );

    [Fact]
    public void The_network_learns_to_the_bit_what_it_learns_without_the_classifier()
    {
        var (plain, online) = (Trials.Pretrain, OnEncoder);
        var (expected, actual) = (
            plain.Fold(plain.Start(), until: 4),
            // The same images, with labels.
            online.Fold(online.Start(), until: 4)
        );
        Assert.Equal(Bits(expected.Params), Bits(actual.Params));
        Assert.Equal(Bits(expected.Statistics), Bits(actual.Statistics.Network));
        Assert.Equal(Bits(expected.Momentum), Bits(actual.Momentum));
        Assert.NotEqual(0f, actual.Statistics.Online.Params.Kernel.abs().sum().item<float>());
    }

    // d loss / d kernel = (softmax − one-hot)ᵀ · h / N over both views, plus the decay of 1e-4 of the kernel; the rate is not scaled.
    [Fact]
    public void A_classifier_beside_pretraining_takes_a_plain_step_on_the_features_of_both_views()
    {
        var trial = OnEncoder;
        var state = trial.Start();
        var (p, s, start) = (state.Params.Clone(), state.Statistics.Network.Clone(), state.Statistics.Online.Params.Clone());
        var batch = trial.Batches(0);
        var key = Key.FromSeed(1).At(0);
        var views = cat([View(batch.Images, key.At(0)), View(batch.Images, key.At(1))]).ForNetwork(batch.Compute);
        var (h, _) = OnlineEncoder.Encoder.Forward(p.Encoder, s.Encoder, views, Phase.Train);
        var labels = cat([batch.Labels, batch.Labels]);
        var error = h.mm(start.Kernel.t()).softmax(1) - nn.functional.one_hot(labels, 4).to(ScalarType.Float32);
        var rate = (float)OnlineEncoder.PretrainStep.PeakRate;
        var next = trial.Fold(state, until: 1).Statistics.Online;
        var gradient = (error.t().mm(h) / 32) + (start.Kernel * 1e-4);
        Values.Close((start.Kernel - (gradient * rate)).Floats(), next.Params.Kernel.Floats(), 1e-5);
        Values.Close((error.sum(0L) * (-rate / 32)).Floats(), next.Params.Bias.Floats(), 1e-5);
    }

    [Fact]
    public void A_classifier_beside_pretraining_may_sit_on_a_layer_of_the_head()
    {
        var trial = OnHead;
        var state = trial.Fold(trial.Start(), until: 3);
        var x = View(trial.Batches(0).Images, Key.FromSeed(7)).ForNetwork(ScalarType.Float32);
        var (p, s, online) = (state.Params, state.Statistics.Network, state.Statistics.Online.Params);
        var h = OnlineHeads.Encoder.Infer(p.Encoder, s.Encoder, x);
        var (h1, _) = DenseBn.Forward(p.Head.Layer1, s.Head.Layer1, h, Phase.Infer);
        var (h2, _) = DenseBn.Forward(p.Head.Layer2, s.Head.Layer2, h1, Phase.Infer);
        Assert.Equal(
            (h2.mm(online.Kernel.t()) + online.Bias).argmax(1).data<long>().ToArray(),
            OnlineHeads.PretrainStep.Online(p, state.Statistics, x).argmax(1).data<long>().ToArray()
        );
    }

    private static float[] Bits<T>(T tree)
        where T : class, ITree<T> => [.. tree.Leaves().SelectMany(static leaf => leaf.Value.Floats())];

    private static Tensor View(ImageBatch images, Key key) =>
        images
            .RandomCrop(key.At("crop"), side: 16, from: 0.08, to: 1, flip: 0.5)
            .DistortColour(key.At("colour"), strength: 1, probability: 0.8)
            .Grayscale(key.At("grayscale"), probability: 0.2)
            .Clip();
}
