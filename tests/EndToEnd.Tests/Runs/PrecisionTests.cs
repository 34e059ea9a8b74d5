using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Execution;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>Which type networks compute in where the spec leaves it open: the one that trains them faster on this processor.</summary>
public sealed class PrecisionTests
{
    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.94, true)]
    [InlineData(0.96, false)]
    [InlineData(2, false)]
    public void Bf16_must_save_a_twentieth_since_it_rounds(double ratio, bool bf16) =>
        Assert.Equal(bf16, PrecisionTrial.PrefersBf16(ratio));

    [Fact]
    public void Every_kind_of_convolution_is_timed_and_counts_as_often_as_an_image_passes_it()
    {
        var plan = Plan.Of(Built.Experiments.Single(static one => one.Name == "fashion-mnist").Spec).Encoder;
        var kinds = EncoderConvolutions.Of(plan);
        Assert.Equal((4 * 4) + 4, kinds.Sum(static kind => kind.Times)); // two blocks a group of two convolutions each, and a projection
        Assert.Equal(3, kinds.Single(static kind => kind.Conv is { Kernel: 3, Inputs: 32, Outputs: 32, Stride: 1 }).Times);
        Assert.Equal(4, kinds.Single(static kind => kind.Conv is { Kernel: 3, Inputs: 16, Outputs: 16, Stride: 1 }).Times);
        Assert.Equal(
            plan.Cost.MultiplyAdds - plan.Stem.Convs[0].Cost.MultiplyAdds,
            kinds.Sum(static kind => kind.Times * kind.Conv.Cost.MultiplyAdds)
        );
    }

    [Fact]
    public void A_run_says_and_records_which_precision_it_takes_and_why()
    {
        using var folder = Tiny.Workplace("precision: bf16", "precision: auto");
        var outcome = folder.Simclr("run", Tiny.File, "--only", "pretrain").Succeeded();
        var computed = RunFiles.Summary(Directory.GetDirectories(folder.At("runs")).Single()).GetProperty("computed");
        var (precision, reason) = (computed.GetProperty("precision").GetString(), computed.GetProperty("precision_reason").GetString());
        outcome.Shows($"precision: {precision}, since {reason}\n");
        Assert.Matches("^(on this processor bf16 takes [0-9.]+ of float32's time, |this processor has no instructions for bf16)", reason);
    }

    [Fact]
    public void A_precision_that_the_spec_gives_is_not_measured()
    {
        using var folder = Tiny.Workplace();
        var outcome = folder.Simclr("run", Tiny.File, "--only", "pretrain").Succeeded();
        Assert.DoesNotContain("precision:", outcome.Output, StringComparison.Ordinal);
        var computed = RunFiles.Summary(Directory.GetDirectories(folder.At("runs")).Single()).GetProperty("computed");
        Assert.Equal("as the spec says", computed.GetProperty("precision_reason").GetString());
    }
}
