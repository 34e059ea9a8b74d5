using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using Basic18 = SimClrDsl.Experiments.Basic18;
using Bottleneck50 = SimClrDsl.Experiments.Bottleneck50;
using Depth101 = SimClrDsl.Experiments.Depth101;
using Depth152 = SimClrDsl.Experiments.Depth152;
using Depth200 = SimClrDsl.Experiments.Depth200;
using Depth34 = SimClrDsl.Experiments.Depth34;
using Selective101 = SimClrDsl.Experiments.Selective101;
using Selective152 = SimClrDsl.Experiments.Selective152;
using Selective200 = SimClrDsl.Experiments.Selective200;
using Selective50 = SimClrDsl.Experiments.Selective50;
using Selective50Small = SimClrDsl.Experiments.Selective50Small;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>
/// Every depth, with and without selective kernels, has the official number of convolutions and batch norms (reference facts, section 2)
/// and takes a training step.
/// </summary>
public sealed class DepthTests
{
    [Fact]
    public void A_ResNet_18_has_its_layers_and_learns()
    {
        Counts(Basic18.Encoder.Init, Basic18.Encoder.Start, convolutions: 21, norms: 21);
        Learns(Basic18.ContrastiveNetwork.Init, Basic18.ContrastiveNetwork.Start, Basic18.PretrainStep.Step, batch: 16, side: 16);
    }

    [Fact]
    public void A_ResNet_34_has_its_layers_and_learns()
    {
        Counts(Depth34.Encoder.Init, Depth34.Encoder.Start, convolutions: 37, norms: 37);
        Learns(Depth34.ContrastiveNetwork.Init, Depth34.ContrastiveNetwork.Start, Depth34.PretrainStep.Step);
    }

    [Fact]
    public void A_ResNet_50_with_the_ImageNet_stem_has_its_layers_and_learns()
    {
        Counts(Bottleneck50.Encoder.Init, Bottleneck50.Encoder.Start, convolutions: 53, norms: 53);
        Learns(Bottleneck50.ContrastiveNetwork.Init, Bottleneck50.ContrastiveNetwork.Start, Bottleneck50.PretrainStep.Step, batch: 8);
    }

    [Fact]
    public void A_ResNet_101_has_its_layers_and_learns()
    {
        Counts(Depth101.Encoder.Init, Depth101.Encoder.Start, convolutions: 104, norms: 104);
        Learns(Depth101.ContrastiveNetwork.Init, Depth101.ContrastiveNetwork.Start, Depth101.PretrainStep.Step);
    }

    [Fact]
    public void A_ResNet_152_has_its_layers_and_learns()
    {
        Counts(Depth152.Encoder.Init, Depth152.Encoder.Start, convolutions: 155, norms: 155);
        Learns(Depth152.ContrastiveNetwork.Init, Depth152.ContrastiveNetwork.Start, Depth152.PretrainStep.Step);
    }

    [Fact]
    public void A_ResNet_200_has_its_layers_and_learns()
    {
        Counts(Depth200.Encoder.Init, Depth200.Encoder.Start, convolutions: 203, norms: 203);
        Learns(Depth200.ContrastiveNetwork.Init, Depth200.ContrastiveNetwork.Start, Depth200.PretrainStep.Step);
    }

    [Fact]
    public void A_ResNet_50_with_selective_kernels_and_the_ResNet_D_stem_has_its_layers_and_learns()
    {
        Counts(Selective50.Encoder.Init, Selective50.Encoder.Start, convolutions: 87, norms: 71);
        Learns(Selective50.ContrastiveNetwork.Init, Selective50.ContrastiveNetwork.Start, Selective50.PretrainStep.Step);
    }

    [Fact]
    public void A_ResNet_50_with_selective_kernels_has_its_layers_and_learns()
    {
        Counts(Selective50Small.Encoder.Init, Selective50Small.Encoder.Start, convolutions: 85, norms: 69);
        Learns(Selective50Small.ContrastiveNetwork.Init, Selective50Small.ContrastiveNetwork.Start, Selective50Small.PretrainStep.Step);
    }

    [Fact]
    public void A_ResNet_101_with_selective_kernels_has_its_layers_and_learns()
    {
        Counts(Selective101.Encoder.Init, Selective101.Encoder.Start, convolutions: 170, norms: 137);
        Learns(Selective101.ContrastiveNetwork.Init, Selective101.ContrastiveNetwork.Start, Selective101.PretrainStep.Step);
    }

    [Fact]
    public void A_ResNet_152_with_selective_kernels_has_its_layers_and_learns()
    {
        Counts(Selective152.Encoder.Init, Selective152.Encoder.Start, convolutions: 255, norms: 205);
        Learns(Selective152.ContrastiveNetwork.Init, Selective152.ContrastiveNetwork.Start, Selective152.PretrainStep.Step);
    }

    [Fact]
    public void A_ResNet_200_with_selective_kernels_has_its_layers_and_learns()
    {
        Counts(Selective200.Encoder.Init, Selective200.Encoder.Start, convolutions: 335, norms: 269);
        Learns(Selective200.ContrastiveNetwork.Init, Selective200.ContrastiveNetwork.Start, Selective200.PretrainStep.Step);
    }

    private static void Counts<TParams, TState>(Func<Key, TParams> init, Func<TParams, TState> start, int convolutions, int norms)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var network = Trials.Fresh(Key.FromSeed(1), init, start);
        Assert.Equal(convolutions, network.Params.Leaves().Count(static leaf => leaf.Role == LeafRole.Kernel));
        Assert.Equal(2 * norms, network.Params.Leaves().Count(static leaf => leaf.Role == LeafRole.Normalization));
        Assert.Equal(2 * norms, network.State.Leaves().Count);
    }

    private static void Learns<TParams, TState>(
        Func<Key, TParams> init,
        Func<TParams, TState> start,
        Step<TParams, TState, UnlabelledBatch> step,
        int batch = 4,
        int side = 32
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var trial = new Trial<TParams, TState, UnlabelledBatch>(
            key => Trials.Fresh(key, init, start),
            step,
            Synthetic.Unlabelled(side, batch)
        );
        var first = trial.Network(Key.FromSeed(1));
        var next = trial.Fold(trial.Start(), until: 1);

        // Kernels inside a block wait for its last scale to leave zero; that scale, and what is outside, moves at once.
        var moved = Pairs(first.Params, next.Params).Where(static pair => Differ(pair.Before, pair.After)).ToList();
        Assert.Contains(moved, static pair => pair.After.Path == "head.layer1.kernel");
        Assert.Contains(moved, static pair => pair.After.Path.StartsWith("encoder.stem.", StringComparison.Ordinal));
        Assert.Contains(moved, static pair => pair.After.Path.StartsWith("encoder.group4_body.0.", StringComparison.Ordinal));
        Assert.All(Pairs(first.State, next.Statistics), static pair => Assert.True(Differ(pair.Before, pair.After)));
        Assert.All(next.Params.Leaves(), static leaf => Assert.True(leaf.Value.isfinite().all().item<bool>(), leaf.Path));
    }

    private static IEnumerable<(Leaf Before, Leaf After)> Pairs<T>(T before, T after)
        where T : class, ITree<T> => before.Leaves().Zip(after.Leaves());

    private static bool Differ(Leaf a, Leaf b) => !a.Value.Floats().SequenceEqual(b.Value.Floats());
}
