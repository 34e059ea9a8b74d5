using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Fixtures;
using static TorchSharp.torch;
using Basic18 = SimClrDsl.Experiments.Basic18;
using Bottleneck50 = SimClrDsl.Experiments.Bottleneck50;
using Selective50 = SimClrDsl.Experiments.Selective50;

namespace SimClrDsl.Runtime.Tests.Layers;

/// <summary>
/// Generated stems agree with PyTorch in value and gradient. Each fixture was made by the function of its name in Fixtures/make.py.
/// </summary>
public sealed class StemTests
{
    private static readonly Key Key = Key.FromSeed(1);

    [Fact]
    public void The_small_stem_agrees_with_PyTorch()
    {
        var p = Basic18.Stem.Init(Key);
        new Fixture("stem_small").Agrees(p, Basic18.Stem.Start(p), Basic18.Stem.Forward, [2, 3, 7, 6], "image");
    }

    [Theory]
    [InlineData("stem_imagenet_even", 32, 32)]
    [InlineData("stem_imagenet_odd", 33, 32)]
    public void Imagenet_stem_pads_its_pool_as_TensorFlow(string fixture, int height, int width)
    {
        var p = Bottleneck50.Stem.Init(Key);
        new Fixture(fixture).Agrees(p, Bottleneck50.Stem.Start(p), Bottleneck50.Stem.Forward, [2, 3, height, width], "image");
    }

    [Theory]
    [InlineData("stem_resnet_d_even", 16, 16)]
    [InlineData("stem_resnet_d_odd", 16, 17)]
    public void The_ResNet_D_stem_agrees_with_PyTorch(string fixture, int height, int width)
    {
        var p = Selective50.Stem.Init(Key);
        new Fixture(fixture).Agrees(p, Selective50.Stem.Start(p), Selective50.Stem.Forward, [2, 3, height, width], "image");
    }

    // Kernels that look for edges: what all pixels of a view have in common, most of each, leaves nothing.
    [Fact]
    public void In_bfloat16_little_contrast_is_enough()
    {
        using var scope = NewDisposeScope();
        var drawn = ConvBn.Init(Key, inputs: 3, outputs: 16, kernel: 3);
        var p = drawn with { Kernel = drawn.Kernel - drawn.Kernel.mean([1, 2, 3], keepdim: true) };
        var images = LittleContrast();
        var exact = Inside(ConvBn.OfImages, images.ForNetwork(ScalarType.Float32));
        var stem = Inside(ConvBn.OfImages, images.ForNetwork(ScalarType.BFloat16));
        Assert.Equal(ScalarType.BFloat16, stem.dtype);
        Assert.InRange(Error(stem, exact), 0, 0.005);
        Assert.InRange(
            Error(
                Inside(
                    static (p, s, x, stride, phase) => ConvBn.ForwardRelu(p, s, x, stride, phase),
                    Aten.ChannelsLast(images.to(ScalarType.BFloat16))
                ),
                exact
            ),
            0.03,
            1
        );

        // Without the border, where there is no pixel that could cancel another.
        Tensor Inside(Func<ConvBn.Params, BatchNorm.State, Tensor, int, Phase, (Activation Y, BatchNorm.State Next)> unit, Tensor x) =>
            unit(p, ConvBn.Start(p), x, 1, Phase.Infer).Y.Value.narrow(2, 1, 10).narrow(3, 1, 10);
    }

    [Fact]
    public void In_bfloat16_kernels_get_the_gradient_of_unrounded_pixels()
    {
        using var scope = NewDisposeScope();
        var p = Basic18.Stem.Init(Key);
        var images = LittleContrast();
        var (exact, stem) = (Of(ScalarType.Float32), Of(ScalarType.BFloat16));
        Assert.Equal(ScalarType.Float32, stem.dtype);
        Assert.InRange(Error(stem, exact), 0, 0.02);

        Tensor Of(ScalarType compute)
        {
            var tracked = p.Map(static leaf => leaf.detach().requires_grad_(true));
            var y = Basic18.Stem.Forward(tracked, Basic18.Stem.Start(p), images.ForNetwork(compute), Phase.Infer).Y.Value;
            return autograd.grad([y.to(ScalarType.Float32).square().sum()], [tracked.Conv.Kernel])[0];
        }
    }

    // A fiftieth of the contrast, around one grey.
    private static Tensor LittleContrast() => (Values.Pixels(8, 3, 12, 12) * 0.02) + 0.6;

    private static double Error(Tensor y, Tensor exact) => ((y - exact).norm() / exact.norm()).item<float>();
}
