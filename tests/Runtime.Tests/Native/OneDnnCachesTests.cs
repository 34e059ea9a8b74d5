using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Native;

/// <summary>What libtorch's library of convolutions knows of the processor's caches, on machines that show them and on those that do not.</summary>
public sealed class OneDnnCachesTests
{
    private static readonly string Libtorch = TorchLibraries.PathOf("torch_cpu")!;

    [Fact]
    public void OneDnn_knows_caches_of_a_size_that_processors_have()
    {
        var sizes = OneDnnCaches.Sizes(Libtorch)!;
        Assert.InRange(sizes[0], 16 << 10, 256 << 10);
        Assert.InRange(sizes[1], 128 << 10, 16 << 20);
        Assert.InRange(sizes[2], sizes[1], 1 << 30);
    }

    [Fact]
    public void A_record_that_is_right_already_is_not_corrected()
    {
        var before = OneDnnCaches.Sizes(Libtorch)!;
        var error = Assert.Throws<InputException>(() => OneDnnCaches.Correct(Libtorch)).Message;
        Assert.StartsWith("this virtual machine hides the sizes of the processor's caches", error, StringComparison.Ordinal);
        Assert.Equal(before, OneDnnCaches.Sizes(Libtorch)!);
    }

    [Fact]
    public void A_library_without_the_record_is_an_error()
    {
        var error = Assert.Throws<InputException>(() => OneDnnCaches.Correct(TorchLibraries.PathOf("c10")!)).Message;
        Assert.Contains("libc10.so are wrong", error, StringComparison.Ordinal);
    }

    // Those that were wrong or ended the process in a virtual machine that hides the caches: 1×1 kernels, and the input gradients of others.
    [Theory]
    [InlineData(64, 512, 1, 1)]
    [InlineData(256, 1024, 1, 1)]
    [InlineData(4, 6, 3, 1)]
    [InlineData(16, 24, 3, 1)]
    [InlineData(32, 48, 3, 2)]
    public void Libtorch_convolves_in_float32_as_in_float64(int inputs, int outputs, int side, int stride)
    {
        using var scope = NewDisposeScope();
        foreach (var size in (int[])[3, 7, 14])
        {
            var x = rand(3, inputs, size, size).ChannelsLast().requires_grad_(true);
            var kernel = rand(outputs, inputs, side, side).sub_(0.5).requires_grad_(true);
            var (wide, wideKernel) = (x.detach().to(float64).requires_grad_(true), kernel.detach().to(float64).requires_grad_(true));
            long[] strides = [stride, stride],
                padding = [side / 2, side / 2];
            var y = nn.functional.conv2d(x, kernel, strides: strides, padding: padding);
            var expected = nn.functional.conv2d(wide, wideKernel, strides: strides, padding: padding);
            var dy = rand(y.shape).sub_(0.5);
            var gradients = autograd.grad([y], [x, kernel], [dy]);
            var expectedGradients = autograd.grad([expected], [wide, wideKernel], [dy.to(float64)]);
            Assert.True(y.allclose(expected.to(float32), 1e-3, 1e-3));
            Assert.True(gradients[0].allclose(expectedGradients[0].to(float32), 1e-3, 1e-3));
            Assert.True(gradients[1].allclose(expectedGradients[1].to(float32), 1e-3, 1e-3));
        }
    }
}
