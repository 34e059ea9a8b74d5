using static TorchSharp.torch;

namespace SimClrDsl.Torch.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Smoke()
    {
        var x = randn(2, 3, 8, 8);
        var w = randn(4, 3, 3, 3, requires_grad: true);
        var y = nn.functional.conv2d(x, w, padding: [1, 1]);
        Assert.Equal([2L, 4, 8, 8], y.shape);
        var g = autograd.grad([y.sum()], [w])[0];
        Assert.Equal([4L, 3, 3, 3], g.shape);
    }
}
