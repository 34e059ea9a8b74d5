using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Autograd;

/// <summary>Outputs of residual blocks that are computed again in the backward pass.</summary>
public sealed class ResidualSumTests
{
    private sealed record Params(Tensor Images, ConvBn.Params First, ConvBn.Params Second, ConvBn.Params Third, ConvBn.Params Skip)
        : ITree<Params>
    {
        public Params Map(LeafPath path, LeafMap map) =>
            new(
                map(new(path / "images", LeafRole.Kernel, Images)),
                First.Map(path / "first", map),
                Second.Map(path / "second", map),
                Third.Map(path / "third", map),
                Skip.Map(path / "skip", map)
            );
    }

    private sealed record State(BatchNorm.State First, BatchNorm.State Second, BatchNorm.State Third, BatchNorm.State Skip) : ITree<State>
    {
        public State Map(LeafPath path, LeafMap map) =>
            new(
                First.Map(path / "first", map),
                Second.Map(path / "second", map),
                Third.Map(path / "third", map),
                Skip.Map(path / "skip", map)
            );
    }

    // Channels and the first kernel's side: by the kernels of 1×1 convolutions, by Winograd's, and by libtorch.
    public static TheoryData<ScalarType, int, int> Kinds =>
        new()
        {
            { ScalarType.BFloat16, 64, 1 },
            { ScalarType.BFloat16, 64, 3 },
            { ScalarType.BFloat16, 24, 3 },
            { ScalarType.Float32, 32, 1 },
        };

    // Six blocks in a row are more than the longest chain of outputs that are computed from each other. Then come two that halve the side,
    // so that two convolutions read the same output.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_are_those_of_outputs_that_are_kept_to_the_bit(ScalarType type, int channels, int side)
    {
        using var scope = NewDisposeScope();
        var (p, s) = Network(channels, side);
        var kept = Gradients(p, s, type, static (block, p, s, x) => block(p, s, x.Value, Phase.Train).Y);
        var again = Gradients(p, s, type, static (block, p, s, x) => Block.Apply(block, p, s, x, Phase.Train).Y);
        Assert.All(kept, static gradient => Assert.NotEqual(0, gradient.abs().sum().item<float>()));
        Assert.Equal(kept.SelectMany(static gradient => gradient.Floats()), again.SelectMany(static gradient => gradient.Floats()));
    }

    [Fact]
    public void An_output_is_freed_when_the_next_block_has_read_it()
    {
        using var scope = NewDisposeScope();
        var (p, s) = Network(channels: 32, side: 3);
        var read = new List<Activation>();
        _ = Gradients(
            p,
            s,
            ScalarType.BFloat16,
            (block, p, s, x) =>
            {
                read.Add(x);
                return Block.Apply(block, p, s, x, Phase.Train).Y;
            }
        );

        // The first one are images; of the chain of the others, the fifth is kept.
        Assert.Equal([false, true, true, true, true, false, true, true, true, true], read.Select(static x => x.Value.IsInvalid));
    }

    [Fact]
    public void Nothing_is_left_in_memory_after_the_backward_pass()
    {
        using var scope = NewDisposeScope();
        var (p, s) = Network(channels: 32, side: 1);
        var counts = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            using (NewDisposeScope())
            {
                _ = Gradients(p, s, ScalarType.BFloat16, static (block, p, s, x) => Block.Apply(block, p, s, x, Phase.Train).Y);
            }

            counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.Equal(counts[1], counts[2]);
    }

    [Fact]
    public void An_output_that_was_not_freed_is_the_same_after_the_backward_pass()
    {
        using var scope = NewDisposeScope();
        var scale = ones(4).requires_grad_(true);
        var (x, skip) = (Aten.ChannelsLast(rand(2, 4, 3, 3)), Aten.ChannelsLast(rand(2, 4, 3, 3)));
        var y = BatchNorm.Forward(scale, shift: null, new(zeros(4), ones(4)), x, Phase.Train, skip, relu: true).Y.Value;
        var before = y.Floats();
        Backpropagation.Gradients([y.square().sum()], [scale]);
        Assert.Equal(before, y.Floats());
    }

    [Fact]
    public void A_gradient_that_no_convolution_adds_is_a_mistake()
    {
        using var scope = NewDisposeScope();
        var (x, scale) = (Aten.ChannelsLast(rand(2, 4, 3, 3)), ones(4).requires_grad_(true));
        var first = Sum(rand(2, 4, 3, 3));
        first.Sum!.IsAddedTo = true;
        var second = Sum(first);
        var error = Assert.Throws<InvalidOperationException>(() =>
            Backpropagation.Gradients([first.Value.sum() + second.Value.sum()], [scale])
        );
        Assert.Equal("The gradient of a skip connection was left for a convolution that did not add it.", error.Message);

        Activation Sum(Activation skip) =>
            BatchNorm.Forward(scale, shift: null, new(zeros(4), ones(4)), x, Phase.Train, skip, relu: true).Y;
    }

    private static (Params P, State S) Network(int channels, int side)
    {
        var key = Key.FromSeed(3);
        using var generator = key.Generator();
        var inner = channels / 2;
        var p = new Params(
            randn([4, channels, 6, 6], generator: generator),
            ConvBn.Init(key.At(0), channels, inner, side),
            ConvBn.Init(key.At(1), inner, inner, kernel: 3),
            ConvBn.Init(key.At(2), inner, channels, kernel: 1),
            ConvBn.Init(key.At(3), channels, channels, kernel: 1)
        );
        return (p, new(ConvBn.Start(p.First), ConvBn.Start(p.Second), ConvBn.Start(p.Third), ConvBn.Start(p.Skip)));
    }

    private static Block.Function<Params, State>[] Blocks =>
        [
            (p, s, x, phase) => SkipFirst(p, s, x, stride: 1, phase),
            .. Enumerable.Repeat<Block.Function<Params, State>>(Body, 5),
            (p, s, x, phase) => SkipFirst(p, s, x, stride: 2, phase),
            Body,
            (p, s, x, phase) => SkipLast(p, s, x, stride: 2, phase),
            Body,
        ];

    private static (Activation Y, State Next) Body(Params p, State s, Activation x, Phase phase) =>
        Sum(p, s, Inner(p, s, x, 1, phase), x, phase);

    private static (Activation Y, State Next) SkipFirst(Params p, State s, Activation x, int stride, Phase phase)
    {
        var skip = ConvBn.Forward(p.Skip, s.Skip, x, stride, phase).Y;
        return Sum(p, s, Inner(p, s, x, stride, phase), skip, phase);
    }

    private static (Activation Y, State Next) SkipLast(Params p, State s, Activation x, int stride, Phase phase)
    {
        var inner = Inner(p, s, x, stride, phase);
        return Sum(p, s, inner, ConvBn.Forward(p.Skip, s.Skip, x, stride, phase).Y, phase);
    }

    private static Activation Inner(Params p, State s, Activation x, int stride, Phase phase)
    {
        var (a, _) = ConvBn.ForwardRelu(p.First, s.First, x, stride, phase);
        return ConvBn.ForwardRelu(p.Second, s.Second, a, stride: 1, phase).Y;
    }

    private static (Activation Y, State Next) Sum(Params p, State s, Activation inner, Activation skip, Phase phase) =>
        (ConvBn.ForwardAddRelu(p.Third, s.Third, inner, skip, stride: 1, phase).Y, s);

    private static List<Tensor> Gradients(
        Params p,
        State s,
        ScalarType type,
        Func<Block.Function<Params, State>, Params, State, Activation, Activation> apply
    )
    {
        var (gradients, _) = Gradient.Of(
            p,
            tracked =>
            {
                Activation x = Aten.ChannelsLast(tracked.Images.to(type));
                foreach (var block in Blocks)
                {
                    x = apply(block, tracked, s, x);
                }

                return new LossOf<int>(x.Value.to(ScalarType.Float32).square().mean(), 0);
            }
        );
        return [.. gradients.All.Leaves().Select(static leaf => leaf.Value)];
    }
}
