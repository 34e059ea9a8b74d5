using SimClrDsl.Planning;

namespace SimClrDsl.Cli.Commands;

/// <summary>What a command needs of the network that it uses.</summary>
/// <param name="Suits">Whether the network of a stage, given by its name, is of use to the command.</param>
/// <param name="Words">What a stage with such a network does, for messages: "that classifies".</param>
internal sealed record NetworkNeed(Func<string, bool> Suits, string Words)
{
    /// <summary>Any network, of which the encoder is used.</summary>
    public static NetworkNeed Encoder { get; } = new(StageNames.Trains, "that leaves a network");

    /// <summary>A network with a classifier.</summary>
    public static NetworkNeed Classifier { get; } = new(StageNames.Classifies, "that classifies");
}
