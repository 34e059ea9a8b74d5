using System.CommandLine;
using SimClrDsl.Cli.Printing;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr embed</c>: the features of each picture under a trained encoder.</summary>
internal static class EmbedCommand
{
    public static Command Create()
    {
        var file = new Option<string>("--out")
        {
            Description = $"The file of features; its ending says its form: {string.Join(", ", FeatureFile.Endings)}.",
            Required = true,
        };
        var command = new Command("embed", "Write the features that a trained encoder gives for pictures.") { file };
        var use = new PictureCommand(command, NetworkNeed.Encoder);
        command.Runs(parsed =>
            from path in FeatureFile.Writable(parsed.GetRequiredValue(file))
            from opened in use.Open(parsed, Console.Out)
            select Embed(opened, path)
        );
        return command;
    }

    private static int Embed(OpenedPictures opened, string path)
    {
        var (network, pictures, _) = opened;
        using var scope = NewDisposeScope();
        var features = cat([.. pictures.Parts(network.Card.Input).Select(part => network.Features(part).cpu())]);
        foreach (var line in FeatureFile.Write(path, pictures.Names, features, network.Card.ToMetadata()))
        {
            Console.Out.WriteLine(line);
        }

        return PictureCommand.Ended(pictures);
    }
}
