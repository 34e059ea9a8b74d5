using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Fixtures;
using Basic18 = SimClrDsl.Experiments.Basic18;
using Bottleneck50 = SimClrDsl.Experiments.Bottleneck50;
using Selective18 = SimClrDsl.Experiments.Selective18;
using Selective50 = SimClrDsl.Experiments.Selective50;

namespace SimClrDsl.Runtime.Tests.Layers;

/// <summary>
/// Generated blocks agree with PyTorch in value and gradient. Each fixture was made by the function of its name in Fixtures/make.py.
/// </summary>
public sealed class BlockTests
{
    private static readonly Key Key = Key.FromSeed(1);

    [Fact]
    public void A_basic_block_with_a_projected_skip_agrees_with_PyTorch()
    {
        var p = Basic18.Group1Entry.Init(Key);
        new Fixture("basic_projected").Agrees(p, Basic18.Group1Entry.Start(p), Basic18.Group1Entry.Forward, [3, 8, 6, 6]);
    }

    [Fact]
    public void A_basic_block_with_an_identity_skip_agrees_with_PyTorch()
    {
        var p = Basic18.Group1Body.Init(Key);
        new Fixture("basic_identity").Agrees(p, Basic18.Group1Body.Start(p), Basic18.Group1Body.Forward, [3, 8, 6, 6]);
    }

    [Theory]
    [InlineData("basic_strided_even", 6)]
    [InlineData("basic_strided_odd", 7)]
    public void A_basic_block_of_stride_2_agrees_with_PyTorch(string fixture, int side)
    {
        var p = Basic18.Group2Entry.Init(Key);
        new Fixture(fixture).Agrees(p, Basic18.Group2Entry.Start(p), Basic18.Group2Entry.Forward, [3, 8, side, side]);
    }

    [Fact]
    public void A_bottleneck_with_a_projected_skip_agrees_with_PyTorch()
    {
        var p = Bottleneck50.Group1Entry.Init(Key);
        new Fixture("bottleneck_projected").Agrees(p, Bottleneck50.Group1Entry.Start(p), Bottleneck50.Group1Entry.Forward, [3, 8, 6, 6]);
    }

    [Fact]
    public void A_bottleneck_with_an_identity_skip_agrees_with_PyTorch()
    {
        var p = Bottleneck50.Group1Body.Init(Key);
        new Fixture("bottleneck_identity").Agrees(p, Bottleneck50.Group1Body.Start(p), Bottleneck50.Group1Body.Forward, [3, 32, 6, 6]);
    }

    [Theory]
    [InlineData("bottleneck_strided_even", 6, 6)]
    [InlineData("bottleneck_strided_odd", 7, 5)]
    public void A_bottleneck_of_stride_2_agrees_with_PyTorch(string fixture, int height, int width)
    {
        var p = Bottleneck50.Group2Entry.Init(Key);
        new Fixture(fixture).Agrees(p, Bottleneck50.Group2Entry.Start(p), Bottleneck50.Group2Entry.Forward, [3, 32, height, width]);
    }

    [Theory]
    [InlineData("selective_pooled_even", 6, 6)]
    [InlineData("selective_pooled_odd", 5, 7)]
    public void Selective_kernels_with_a_pooled_skip_of_stride_1_agree_with_PyTorch(string fixture, int height, int width)
    {
        var p = Selective50.Group1Entry.Init(Key);
        new Fixture(fixture).Agrees(p, Selective50.Group1Entry.Start(p), Selective50.Group1Entry.Forward, [4, 8, height, width]);
    }

    [Theory]
    [InlineData("selective_strided_even", 6, 6)]
    [InlineData("selective_strided_odd", 7, 5)]
    public void Selective_kernels_with_a_pooled_skip_of_stride_2_agree_with_PyTorch(string fixture, int height, int width)
    {
        var p = Selective50.Group2Entry.Init(Key);
        new Fixture(fixture).Agrees(p, Selective50.Group2Entry.Start(p), Selective50.Group2Entry.Forward, [4, 32, height, width]);
    }

    [Fact]
    public void A_selective_basic_block_with_a_pooled_skip_of_stride_1_agrees_with_PyTorch()
    {
        var p = Selective18.Group1Entry.Init(Key);
        new Fixture("selective_basic_pooled").Agrees(p, Selective18.Group1Entry.Start(p), Selective18.Group1Entry.Forward, [4, 8, 5, 6]);
    }

    [Theory]
    [InlineData("selective_basic_strided_even", 6, 6)]
    [InlineData("selective_basic_strided_odd", 7, 5)]
    public void A_selective_basic_block_of_stride_2_agrees_with_PyTorch(string fixture, int height, int width)
    {
        var p = Selective18.Group2Entry.Init(Key);
        new Fixture(fixture).Agrees(p, Selective18.Group2Entry.Start(p), Selective18.Group2Entry.Forward, [4, 8, height, width]);
    }

    [Fact]
    public void A_selective_basic_block_with_an_identity_skip_agrees_with_PyTorch()
    {
        var p = Selective18.Group1Body.Init(Key);
        new Fixture("selective_basic_identity").Agrees(p, Selective18.Group1Body.Start(p), Selective18.Group1Body.Forward, [4, 8, 5, 5]);
    }

    [Fact]
    public void Selective_kernels_with_an_identity_skip_agree_with_PyTorch()
    {
        var p = Selective50.Group1Body.Init(Key);
        new Fixture("selective_identity").Agrees(p, Selective50.Group1Body.Start(p), Selective50.Group1Body.Forward, [4, 32, 5, 5]);
    }
}
