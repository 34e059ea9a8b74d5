using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SimClrDsl.Torch.Tests.Ops;

/// <summary>Gradients as a function, and the modes that turn them off.</summary>
public sealed class GradientTests
{
    private static Tensor Leaf(params float[] values) => tensor(values, requires_grad: true);

    [Fact]
    public void GradientOfAPolynomial()
    {
        var x = Leaf(1, 2, 3);
        var gradient = autograd.grad([x.pow(3).sum()], [x])[0];
        Close.To([3, 12, 27], gradient);
        Assert.True(x.requires_grad && x.is_leaf);
        Assert.False(gradient.requires_grad);
    }

    [Fact]
    public void TheSameGraphTwiceAndTheSecondDerivative()
    {
        var x = Leaf(2);
        var y = x.pow(3).sum();
        Close.To([12], autograd.grad([y], [x], retain_graph: true)[0]);
        var first = autograd.grad([y], [x], retain_graph: true, create_graph: true)[0];
        Close.To([12], first);
        Close.To([12], autograd.grad([first.sum()], [x])[0]);
        var error = Assert.Throws<ExternalException>(() =>
        {
            _ = autograd.grad([y], [x]);
            _ = autograd.grad([y], [x]);
        });
        Assert.Contains("autograd.grad(float32[] with respect to 1 tensor)", error.Message, StringComparison.Ordinal);
        Assert.Contains("second time", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnusedInputs()
    {
        var (x, unused) = (Leaf(1), Leaf(1));
        var gradients = autograd.grad([x.sum()], [x, unused], allow_unused: true);
        Close.To([1], gradients[0]);
        Assert.Null((object?)gradients[1]);
        Assert.Throws<ExternalException>(() => autograd.grad([x.sum()], [x, unused]));
    }

    [Fact]
    public void GivenOutputGradients()
    {
        var x = Leaf(1, 2);
        Close.To([2, 20], autograd.grad([x * 2], [x], [tensor(new float[] { 1, 10 })])[0]);
        Assert.Throws<ArgumentException>(() => autograd.grad([x * 2], [x], []));
    }

    [Fact]
    public void ModesEndWithTheirScope()
    {
        var x = Leaf(1);
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((x * 2).requires_grad);
            using (enable_grad())
            {
                Assert.True((x * 2).requires_grad);
            }
            Assert.False(is_grad_enabled());
        }
        Assert.True(is_grad_enabled());
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            Assert.False((x * 2).requires_grad);
        }
        Assert.False(is_inference_mode_enabled());
        Assert.False(x.detach().requires_grad);
    }

    [Fact]
    public void GradientsThroughTheLayersOfANetwork()
    {
        using var generator = new Generator(1);
        var x = randn(4, 3, 8, 8, generator: generator, dtype: float64);
        var w = randn(5, 3, 3, 3, generator: generator, dtype: float64).requires_grad_();
        Tensor Loss(Tensor weight) =>
            nn
                .functional.batch_norm(
                    nn.functional.conv2d(x, weight, padding: [1, 1]),
                    zeros(5, float64),
                    ones(5, float64),
                    training: true,
                    momentum: 1
                )
                .relu()
                .pow(2)
                .mean();
        var gradient = autograd.grad([Loss(w)], [w])[0];
        // Central differences in double precision.
        using var off = no_grad();
        foreach (var i in new[] { 0, 40, 100 })
        {
            var step = zeros_like(w);
            step.view(-1)[i] = tensor(1e-5);
            var numeric = (Loss(w + step) - Loss(w - step)).ToDouble() / 2e-5;
            Assert.Equal(numeric, gradient.view(-1)[i].ToDouble(), 1e-6);
        }
    }
}
