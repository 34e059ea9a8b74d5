using System.Text;
using FsCheck;
using FsCheck.Xunit;
using SimClrDsl.Reading;
using static SimClrDsl.Tests.Reading.SpecSamples;

namespace SimClrDsl.Tests.Reading;

/// <summary>Canonical text and hash.</summary>
public sealed class SpecWriterTests
{
    public static TheoryData<string> Names => VariantNames;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_spec_that_is_written_reads_back_equal(string name)
    {
        var spec = Variants[name];
        Assert.Equal(spec, Read(SpecWriter.Write(spec)));
        Assert.Equal(SpecWriter.Write(spec), SpecWriter.Write(Read(SpecWriter.Write(spec))));
    }

    // Beyond 16 bits: an emoji, a letter of linear B, one after the other and at both ends.
    [Theory]
    [InlineData("/data/\U0001F600")]
    [InlineData("\U0001F600\U00010000 and \U0010FFFF")]
    public void Text_of_any_character_reads_back_equal(string path)
    {
        var spec = Tiny with { Data = Tiny.Data with { Path = path } };
        Assert.Equal(spec, Read(SpecWriter.Write(spec)));
    }

    // As a file holds it, where half of a character beyond 16 bits is no character.
    [Property(MaxTest = 1000)]
    public void Any_text_reads_back_equal(UnicodeString text) =>
        Text_of_any_character_reads_back_equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)));

    [Fact]
    public void Unequal_specs_have_unequal_texts()
    {
        Assert.Equal(Variants.Count, Variants.Values.Select(SpecWriter.Write).Distinct().Count());
        Assert.Equal(Variants.Count, Variants.Values.Select(SpecHash.Of).Distinct().Count());
    }

    [Fact]
    public void Every_field_that_applies_is_written_in_the_order_of_the_records() =>
        Assert.Equal(
            """
            name: tiny
            seed: 1
            precision: auto
            data:
              source: synthetic
              bicubic: tf2
              antialias: true
              unlabelled: 100%
              labels: 10%
            encoder:
              resnet: 18
              width: 1
              selective_kernel: false
              selective_kernel_ratio: 0.0625
            pretrain:
              head:
                layers: 3
                out: 128
              epochs: 800
              batch: 64
              temperature: 0.1
              loss_scale: views
              memory:
                use: auto
                queue: 65536
                decay: 0.999
                queries: both
                in_batch: ema
                statistics: own
              augment:
                crop: [0.08, 1]
                flip: 0.5
                colour: none
                grayscale: 0.2
                equalize: 0
                solarize: 0
                sobel: 0
                blur: 0.5
              optimizer:
                warmup: 10
                schedule: cosine
            evaluate: {}

            """,
            SpecWriter.Write(
                Tiny with
                {
                    Pretrain = new()
                    {
                        Batch = 64,
                        Augment = new() { Colour = null },
                        Optimizer = new() { Warmup = 10 },
                    },
                    Evaluate = new(),
                }
            )
        );

    // sha256sum of the text that DecidedSpec makes of it; the same on both target frameworks.
    [Fact]
    public void The_hash_of_a_spec_has_not_changed() => Assert.Equal("6e30dfe18b0e", SpecHash.Of(Tiny));

    [Fact]
    public void The_hash_sees_neither_order_nor_comments_nor_spaces()
    {
        const string Same = """
            # The same, written otherwise.
            encoder:
                resnet: 18   # the smallest
                width: 1.00

            data:   {   labels: 10 %, source: "synthetic" }
            seed: 1
            name: 'tiny'
            finetune: none
            evaluate: {supervised: }
            """;
        Assert.Equal(SpecHash.Of(Read(Minimal)), SpecHash.Of(Read(Same)));
        Assert.NotEqual(SpecHash.Of(Read(Minimal)), SpecHash.Of(Read(Minimal + "seed: 2\n")));
    }
}
