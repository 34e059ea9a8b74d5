using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Autograd;

/// <summary>Functions whose backward pass is written here: what they keep, free and throw.</summary>
[Collection(nameof(MemoryTests))]
public sealed class BackpropagationTests
{
    [Fact]
    public void What_a_backward_pass_throws_arrives_whole_and_once()
    {
        using var scope = NewDisposeScope();
        var x = ones(3).requires_grad_(true);
        Tensor Failing() => RecomputeFunction.Apply(ones(3), [x], static _ => throw new InvalidOperationException("from within"));
        var error = Assert.Throws<InvalidOperationException>(() => Backpropagation.Gradients([Failing().sum()], [x]));
        Assert.Equal("from within", error.Message);

        // The next backward pass knows nothing of it.
        Assert.Equal([2f, 2, 2], Backpropagation.Gradients([(2 * x).sum()], [x])[0].Floats());
    }

    [Fact]
    public void A_failure_within_a_recomputed_block_within_another_arrives_too()
    {
        using var scope = NewDisposeScope();
        var x = ones(3).requires_grad_(true);
        var y = RecomputeFunction.Apply(
            ones(3),
            [x],
            outer => RecomputeFunction.Apply(ones(3), outer, static _ => throw new InvalidOperationException("deep within"))
        );
        Assert.Equal("deep within", Assert.Throws<InvalidOperationException>(() => Backpropagation.Gradients([y.sum()], [x])).Message);
    }

    [Fact]
    public void A_loss_that_does_not_depend_on_a_parameter_is_an_error()
    {
        var error = Assert.Throws<InvalidOperationException>(() =>
            Gradient.Of(new Dense.Params(ones(2, 2), ones(2)), static p => new LossOf<NoState>(p.Bias.sum(), NoState.Value)).Gradients.All
        );
        Assert.Equal("The loss does not depend on leaf 0 of 2.", error.Message);
    }

    [Fact]
    public void An_input_without_a_gradient_gets_none_and_its_kernel_does()
    {
        using var scope = NewDisposeScope();
        var kernel = rand(16, 4, 3, 3).requires_grad_(true);
        var y = Convolution.Apply(rand(2, 4, 8, 8).ChannelsLast(), kernel, stride: 1, padding: 1);
        Assert.Equal(kernel.shape, Backpropagation.Gradients([y.sum()], [kernel])[0].shape);
    }

    [Fact]
    public void Without_a_gradient_nothing_is_recorded()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var y = Convolution.Apply(rand(2, 4, 8, 8).ChannelsLast(), rand(16, 4, 3, 3).requires_grad_(true), stride: 1, padding: 1);
        Assert.False(y.requires_grad);
    }
}
