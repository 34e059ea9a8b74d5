using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Rules about a network: the encoder or the student.</summary>
internal static class EncoderRules
{
    // Channels of the first group at width 1, and the fewest that are allowed.
    private const int BaseChannels = 64;
    private const int FewestChannels = 8;

    public static IEnumerable<Violation> Check(string path, EncoderSpec encoder, int side) =>
        Width(path, encoder, side).Concat(ImageForStem(path, encoder, side)).Concat(SelectiveKernels(path, encoder));

    private static IEnumerable<Violation> Width(string path, EncoderSpec encoder, int side)
    {
        IEnumerable<Violation> Broken(string advice) =>
            [SpecErrors.WidthInChannels.Broken($"{path}.width", encoder.Width, Ranges.Text(BaseChannels * encoder.Width), advice)];

        var channels = BaseChannels * encoder.Width;
        // ResNet-D's stem has two convolutions of half the width.
        var halved = encoder.SelectiveKernel && EncoderPlanner.StemOf(encoder, side) == Stem.Imagenet;
        var step = halved ? 2 : 1;
        var below = (int)Math.Floor(channels / step) * step;
        return channels < FewestChannels
                ? Broken($"use at least {Ranges.Text((double)FewestChannels / BaseChannels)}, which makes {FewestChannels}")
            : channels == below ? []
            : Broken(
                $"{(halved ? "the stem of selective kernels halves them, so they must be even" : "channels are whole")}, "
                    + $"use {Choice(below)} or {Choice(below + step)}"
            );
    }

    private static string Choice(int channels) => $"{Ranges.Text((double)channels / BaseChannels)} ({channels} channels)";

    private static IEnumerable<Violation> ImageForStem(string path, EncoderSpec encoder, int side) =>
        EncoderPlanner.StemOf(encoder, side) == Stem.Imagenet && side < 32 ? [SpecErrors.ImageForStem.Broken($"{path}.stem", side)] : [];

    // The paper and the official code disagree here, so the spec must say which of the two networks it means.
    private static IEnumerable<Violation> SelectiveKernels(string path, EncoderSpec encoder) =>
        encoder is { SelectiveKernel: true, ResNet: < 50, BasicBlock: null }
            ? [SpecErrors.SelectiveKernelBlocks.Broken($"{path}.selective_kernel", encoder.ResNet)]
            : [];
}
