using System.CommandLine;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Stages;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr predict</c>: the class of each picture, by a trained network.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var csv = new Option<string?>("--csv") { Description = "Also write the predictions to this CSV file." };
        var json = new Option<bool>("--json") { Description = "Print an array of file, class and probability as JSON." };
        var command = new Command("predict", "Classify pictures by a trained network.") { csv, json };
        var use = new PictureCommand(command, NetworkNeed.Classifier);
        command.Runs(parsed =>
        {
            // Of JSON nothing else may be printed.
            var notes = parsed.GetValue(json) ? Console.Error : Console.Out;
            return use.Open(parsed, notes).Map(opened => Predict(opened, parsed.GetValue(csv), parsed.GetValue(json), notes));
        });
        return command;
    }

    private static int Predict(OpenedPictures opened, string? csv, bool json, TextWriter notes)
    {
        var (network, pictures, stage) = opened;
        if (network.Card.ClassNames.Count == 0)
        {
            notes.WriteLine(
                $"{OneLine.Of(stage.Checkpoint)} holds no names of classes, as it was imported or saved by an earlier version, "
                    + $"so classes are given by number"
            );
        }

        var predictions = Predictions.Of(network, pictures).ToList();
        if (csv is { } file)
        {
            AtomicFile.WriteText(file, PredictionText.Csv(predictions));
            notes.WriteLine($"{OneLine.Of(file)}: {predictions.Count} predictions");
        }

        Console.Out.Write(json ? PredictionText.Json(predictions) : PredictionText.Table(predictions));
        return PictureCommand.Ended(pictures);
    }
}
