using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Optim;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Autograd;

/// <summary>Gradients that are used while the backward pass goes on.</summary>
public sealed class GradientsTests
{
    private const int Layers = 8;

    private static Chain<ConvBn.Params> Network =>
        Chain.Init(Key.FromSeed(1), Layers, static key => ConvBn.Init(key, inputs: 128, outputs: 128, kernel: 3));

    [Fact]
    public void Each_leaf_gets_its_gradient_once()
    {
        using var scope = NewDisposeScope();
        var expected = Of(Network).All.Leaves().Select(static leaf => leaf.Value.Floats()).ToList();
        var found = new float[]?[expected.Count];
        Of(Network)
            .ForEach(
                "test",
                (positions, gradients) =>
                {
                    foreach (var (i, gradient) in positions.Zip(gradients))
                    {
                        Assert.Null(found[i]);
                        found[i] = gradient.Floats();
                    }
                }
            );
        Assert.Equal(expected, found);
    }

    // The last layers' gradients are complete first. When the first layer's is, those of the last layers are freed.
    [Fact]
    public void Gradients_are_used_while_the_pass_goes_on_and_are_freed()
    {
        using var scope = NewDisposeScope();
        var uses = new List<(IReadOnlyList<int> Positions, IReadOnlyList<Tensor> Gradients)>();
        Of(Network)
            .ForEach(
                "test",
                (positions, gradients) =>
                {
                    Assert.All(uses.SelectMany(static use => use.Gradients), static gradient => Assert.True(gradient.IsInvalid));
                    uses.Add(([.. positions], [.. gradients]));
                }
            );
        Assert.True(uses.Count >= Layers / 2, $"{uses.Count} uses");
        Assert.DoesNotContain(0, uses[0].Positions);
        Assert.Contains((3 * Layers) - 1, uses[0].Positions);
        Assert.Contains(0, uses[^1].Positions);
        Assert.All(uses, static use => Assert.InRange(use.Positions.Count, 1, 3 * Layers / 2));
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("adam")]
    [InlineData("lars")]
    public void An_update_during_the_pass_is_that_of_the_whole_tree_to_the_bit(string optimizer)
    {
        using var scope = NewDisposeScope();
        var (whole, during) = (Network.Clone(), Network.Clone());
        Update(whole, Of(Network).All);
        Update(during, Of(during));
        Assert.Equal(
            whole.Leaves().SelectMany(static leaf => leaf.Value.Floats()),
            during.Leaves().SelectMany(static leaf => leaf.Value.Floats())
        );
        Assert.NotEqual(Network[0].Kernel.Floats(), during[0].Kernel.Floats());

        void Update(Chain<ConvBn.Params> p, Gradients<Chain<ConvBn.Params>> gradients) =>
            _ = optimizer switch
            {
                "sgd" => Sgd.Update(p, gradients, p.ZerosLike(), 0.1, 0.9, MomentumForm.Nesterov, 1e-4).Params,
                "adam" => Adam.Update(p, gradients, p.ZerosLike(), p.ZerosLike(), 0.1, 0, 0.9, 0.999, 1e-8, 1e-4).Params,
                _ => Lars.Update(p, gradients, p.ZerosLike(), 0.1, 0.9, 0.001, 1e-4).Params,
            };
    }

    [Fact]
    public void What_is_frozen_is_not_updated()
    {
        using var scope = NewDisposeScope();
        var p = Network.Clone();
        var (gradients, _) = Gradient.Of(p, frozen: ["0", "1"], Loss);
        _ = Sgd.Update(p, gradients, p.ZerosLike(), rate: 0.1, momentum: 0.9, MomentumForm.Classic, weightDecay: 0.1);
        Assert.Equal(
            [true, true, .. Enumerable.Repeat(false, Layers - 2)],
            p.Zip(Network, static (now, before) => now.Kernel.Floats().SequenceEqual(before.Kernel.Floats()))
        );
    }

    [Fact]
    public void Gradients_are_used_once()
    {
        using var scope = NewDisposeScope();
        var gradients = Of(Network);
        gradients.ForEach("test", static (_, _) => { });
        var error = Assert.Throws<InvalidOperationException>(() => gradients.All);
        Assert.Equal("These gradients were used already: their backward pass runs once.", error.Message);
    }

    [Fact]
    public void A_leaf_without_a_gradient_is_a_mistake_in_an_update_too()
    {
        using var scope = NewDisposeScope();
        var p = new Dense.Params(ones(2, 2), ones(2));
        var (gradients, _) = Gradient.Of(p, static p => new LossOf<NoState>(p.Bias.sum(), NoState.Value));
        var error = Assert.Throws<InvalidOperationException>(() =>
            Sgd.Update(p, gradients, p.ZerosLike(), rate: 0.1, momentum: 0.9, MomentumForm.Classic, weightDecay: 0)
        );
        Assert.Equal("The loss does not depend on leaf 0 of 2.", error.Message);
    }

    [Fact]
    public void What_an_optimizer_throws_ends_the_pass_with_its_message()
    {
        using var scope = NewDisposeScope();
        var gradients = Of(Network);
        var error = Assert.Throws<NotSupportedException>(() =>
            gradients.ForEach("test", static (_, _) => throw new NotSupportedException("no such update"))
        );
        Assert.Equal("no such update", error.Message);
    }

    private static Gradients<Chain<ConvBn.Params>> Of(Chain<ConvBn.Params> p) => Gradient.Of(p, Loss).Gradients;

    private static LossOf<int> Loss(Chain<ConvBn.Params> p)
    {
        using var generator = Key.FromSeed(2).Generator();
        Activation x = Aten.ChannelsLast(randn([2, 128, 4, 4], generator: generator));
        foreach (var layer in p)
        {
            (x, _) = ConvBn.ForwardRelu(layer, ConvBn.Start(layer), x, stride: 1, Phase.Train);
        }

        return new(x.Value.square().sum(), 0);
    }
}
