using SimClrDsl.Runtime.Tests.Fixtures;
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
    public void Small_stem()
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
    public void Resnet_d_stem(string fixture, int height, int width)
    {
        var p = Selective50.Stem.Init(Key);
        new Fixture(fixture).Agrees(p, Selective50.Stem.Start(p), Selective50.Stem.Forward, [2, 3, height, width], "image");
    }
}
