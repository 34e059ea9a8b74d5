using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Autograd;

public sealed class GradientTests
{
    private static readonly Dense.Params Parameters = new(
        tensor(
            new float[,]
            {
                { 1, 2 },
            }
        ),
        tensor([3f])
    );

    // loss = Σ kernel² · 2 + bias
    private static LossOf<string> Loss(Dense.Params p) => new((p.Kernel.square().sum() * 2) + p.Bias.sum(), "rest");

    [Fact]
    public void A_gradient_is_a_tree_of_the_shape_of_its_parameters()
    {
        var (gradients, rest) = Gradient.Of(Parameters, Loss);
        Assert.Equal([4f, 8f], gradients.All.Kernel.Floats());
        Assert.Equal([1f], gradients.All.Bias.Floats());
        Assert.Equal("rest", rest);
    }

    [Fact]
    public void Nothing_accumulates_in_the_parameters()
    {
        var first = Gradient.Of(Parameters, Loss).Gradients.All;
        var second = Gradient.Of(Parameters, Loss).Gradients.All;
        Assert.Equal(first.Kernel.Floats(), second.Kernel.Floats());
        Assert.All(Parameters.Leaves(), static leaf => Assert.False(leaf.Value.requires_grad));
        Assert.All(second.Leaves(), static leaf => Assert.False(leaf.Value.requires_grad));
    }
}
