using System.CommandLine;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Planning;
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
        var use = new PictureCommand(command, StageNames.Classifies, "that classifies");
        command.SetAction(parsed =>
        {
            // Of JSON nothing else may be printed.
            var notes = parsed.GetValue(json) ? Console.Error : Console.Out;
            var (network, pictures, stage) = use.Open(parsed, notes);
            if (network.Card.ClassNames.Count == 0)
            {
                notes.WriteLine(
                    $"{OneLine.Of(stage.Checkpoint)} holds no names of classes, as it was imported or saved by an earlier version, "
                        + $"so classes are given by number"
                );
            }

            var predictions = Predictions.Of(network, pictures).ToList();
            if (parsed.GetValue(csv) is { } file)
            {
                AtomicFile.WriteText(file, PredictionText.Csv(predictions));
                notes.WriteLine($"{OneLine.Of(file)}: {predictions.Count} predictions");
            }

            Console.Out.Write(parsed.GetValue(json) ? PredictionText.Json(predictions) : PredictionText.Table(predictions));
            return PictureCommand.Ended(pictures);
        });
        return command;
    }
}
