using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tests.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Autograd;

/// <summary>The max-pool of a stem by the kernels against padding and libtorch's own, to the bit.</summary>
[Collection(nameof(MemoryTests))]
public sealed class PoolKernelTests
{
    public PoolKernelTests() => manual_seed(1);

    [Theory]
    [InlineData(2, 64, 8, 8)]
    [InlineData(3, 20, 7, 9)] // channels that fill no vector, odd sides
    [InlineData(1, 3, 6, 5)]
    [InlineData(1, 130, 1, 2)]
    public void The_max_pool_and_its_gradient_are_those_of_libtorch_to_the_bit(int images, int channels, int height, int width)
    {
        foreach (var type in (ScalarType[])[ScalarType.BFloat16, ScalarType.Float32])
        {
            var x = Aten.ChannelsLast(randn(images, channels, height, width).relu()).to(type);
            var (given, reference) = (Leaf(x), Leaf(x));
            var y = MaxPoolFunction.Apply(given);
            var padded = nn.functional.pad(reference, [width % 2, 1, height % 2, 1]);
            var expected = nn.functional.max_pool2d(padded, [3, 3], [2, 2]);
            Assert.Equal(expected.shape, y.shape);
            Assert.True(expected.Equals(y), $"{type}: values");

            // Where nothing was let through, a ReLU lets no gradient through either: which zero was chosen is of no account.
            var dy = randn(y.shape).to(type);
            var positive = x.gt(0);
            var found = Backpropagation.Gradients([y], [given], [dy])[0];
            Assert.True((autograd.grad([expected], [reference], [dy])[0] * positive).Equals(found * positive), $"{type}: gradient");
        }
    }

    [Fact]
    public void A_value_that_is_not_a_number_is_the_largest()
    {
        var x = zeros(1, 1, 4, 4);
        x[0, 0, 1, 1] = float.NaN;
        Assert.Equal([1, 0, 0, 0], MaxPoolFunction.Apply(x).isnan().to(ScalarType.Int64).flatten().data<long>());
    }

    // Autograd refuses a backward pass whose kept tensors were written into meanwhile.
    [Fact]
    public void The_backward_pass_needs_neither_its_input_nor_its_output()
    {
        using var scope = NewDisposeScope();
        var given = Leaf(Aten.ChannelsLast(rand(2, 8, 6, 6)));
        using var input = given + 1;
        var y = MaxPoolFunction.Apply(input);
        var dy = randn(y.shape);
        var expected = Backpropagation.Gradients([MaxPoolFunction.Apply(given + 1)], [given], [dy])[0];
        _ = input.detach().zero_();
        _ = y.detach().zero_();
        Assert.True(expected.Equals(Backpropagation.Gradients([y], [given], [dy])[0]));
    }

    private static Tensor Leaf(Tensor values) => values.detach().clone().requires_grad_(true);
}
