using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Running;

/// <summary>A network of middle size, on which a machine is measured before it is known what will be trained.</summary>
internal static class TypicalNetwork
{
    private const double Width = 0.25;

    /// <summary>The network for colour images with sides of so many pixels.</summary>
    public static EncoderPlan Of(int side) =>
        EncoderPlan.Of(
            new EncoderSpec
            {
                ResNet = 18,
                Width = Width,
                Stem = Stem.Small,
            },
            channels: 3,
            side
        );
}
