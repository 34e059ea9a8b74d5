using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Fixtures;
using static TorchSharp.torch;
using Basic18 = SimClrDsl.Experiments.Basic18;
using Bottleneck50 = SimClrDsl.Experiments.Bottleneck50;
using Official18 = SimClrDsl.Experiments.Official18;
using Selective18 = SimClrDsl.Experiments.Selective18;
using Selective50 = SimClrDsl.Experiments.Selective50;
using Selective50Small = SimClrDsl.Experiments.Selective50Small;

namespace SimClrDsl.Runtime.Tests.Layers;

/// <summary>
/// Generated networks agree with PyTorch in value and gradient. Each fixture was made by the function of its name in Fixtures/make.py.
/// </summary>
public sealed class NetworkTests
{
    private static readonly Key Key = Key.FromSeed(1);

    [Fact]
    public void A_head_of_2_layers_agrees_with_PyTorch()
    {
        var p = Bottleneck50.ProjectionHead.Init(Key);
        var s = Bottleneck50.ProjectionHead.Start(p);
        new Fixture("head_2_layers").Agrees(p, s, Bottleneck50.ProjectionHead.Forward, [6, 256]);
    }

    [Fact]
    public void A_head_of_3_layers_agrees_with_PyTorch()
    {
        var p = Basic18.ProjectionHead.Init(Key);
        new Fixture("head_3_layers").Agrees(p, Basic18.ProjectionHead.Start(p), Basic18.ProjectionHead.Forward, [6, 64]);
    }

    [Fact]
    public void An_encoder_and_head_of_basic_blocks_agree_with_PyTorch()
    {
        var p = Basic18.ContrastiveNetwork.Init(Key);
        var s = Basic18.ContrastiveNetwork.Start(p);
        new Fixture("contrastive_basic_18").Agrees(p, s, Basic18.ContrastiveNetwork.Forward, [6, 3, 16, 16], "image", ScalarType.Float64);
    }

    [Fact]
    public void A_classifier_on_the_first_layer_of_the_head_agrees_with_PyTorch()
    {
        var p = Basic18.FinetunedNetwork.Init(Key);
        var s = Basic18.FinetunedNetwork.Start(p);
        new Fixture("finetuned_basic_18").Agrees(p, s, Basic18.FinetunedNetwork.Forward, [6, 3, 16, 16], "image", ScalarType.Float64);
    }

    [Fact]
    public void An_encoder_of_bottlenecks_agrees_with_PyTorch()
    {
        var p = Bottleneck50.Encoder.Init(Key);
        var s = Bottleneck50.Encoder.Start(p);
        new Fixture("encoder_bottleneck_50").Agrees(p, s, Bottleneck50.Encoder.Forward, [6, 3, 64, 64], "image", ScalarType.Float64);
    }

    [Fact]
    public void An_encoder_of_selective_kernels_with_the_ResNet_D_stem_agrees_with_PyTorch()
    {
        var p = Selective50.Encoder.Init(Key);
        new Fixture("encoder_selective_50").Agrees(
            p,
            Selective50.Encoder.Start(p),
            Selective50.Encoder.Forward,
            [6, 3, 64, 64],
            "image",
            ScalarType.Float64
        );
    }

    [Fact]
    public void An_encoder_of_selective_kernels_with_the_small_stem_agrees_with_PyTorch()
    {
        var p = Selective50Small.Encoder.Init(Key);
        var s = Selective50Small.Encoder.Start(p);
        new Fixture("encoder_selective_50_small").Agrees(
            p,
            s,
            Selective50Small.Encoder.Forward,
            [6, 3, 16, 16],
            "image",
            ScalarType.Float64
        );
    }

    [Fact]
    public void An_encoder_of_selective_basic_blocks_agrees_with_PyTorch()
    {
        var p = Selective18.Encoder.Init(Key);
        var s = Selective18.Encoder.Start(p);
        new Fixture("encoder_selective_basic_18").Agrees(p, s, Selective18.Encoder.Forward, [6, 3, 64, 64], "image", ScalarType.Float64);
    }

    [Fact]
    public void An_encoder_of_official_basic_blocks_with_ResNet_D_skips_agrees_with_PyTorch()
    {
        var p = Official18.Encoder.Init(Key);
        var s = Official18.Encoder.Start(p);
        new Fixture("encoder_official_basic_18").Agrees(p, s, Official18.Encoder.Forward, [6, 3, 64, 64], "image", ScalarType.Float64);
    }
}
