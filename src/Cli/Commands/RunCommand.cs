using System.CommandLine;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Running;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr run</c>: trains and evaluates an experiment.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var smoke = new Option<bool>("--smoke") { Description = "Run a shrunken form of the experiment, in seconds." };
        var only = new Option<string?>("--only") { Description = $"Run one stage: {string.Join(", ", StageNames.All)}." };
        var folder = Arguments.Out("Folder of all runs; left out, runs.");
        var again = new Option<bool>("--again") { Description = "Run stages that are finished once more." };
        var device = DeviceOption.Create();
        var profile = new Option<bool>("--profile")
        {
            Description = "Measure where the time of training steps goes: profile.txt and trace.json in the run's folder.",
        };
        var command = new Command("run", "Pretrain, evaluate, fine-tune and distil.") { smoke, only, again, folder, device, profile };
        var choice = ExperimentChoice.For(command);
        command.SetAction(parsed =>
        {
            var chosen = choice.Of(parsed);
            var choices = new RunChoices(
                Stage(parsed.GetValue(only)),
                parsed.GetValue(again),
                DeviceOption.Choose(parsed.GetValue(device)),
                parsed.GetValue(profile),
                parsed.GetValue(smoke),
                Root: parsed.GetValue(folder) ?? "runs"
            )
            {
                SpecFolder = chosen.Declared.Folder,
            };
            foreach (var found in chosen.Declared.Experiments)
            {
                Run(found, choices);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static string? Stage(string? only) =>
        only is null || StageNames.All.Contains(only)
            ? only
            : throw new InputException($"there is no stage '{only}': {Nearest.Advice(only, StageNames.All)}");

    // A smoke run uses a smaller network, so it must be compiled.
    private static void Run(CatalogueEntry found, RunChoices choices)
    {
        var (data, place) = (DataPlan.Of(found.Spec.Data), DataPlace.Anywhere with { SpecFolder = choices.SpecFolder });
        var substitute = choices.Smoke && !Datasets.AreAtHand(data, place);
        var spec = choices.Smoke ? found.Spec.Smoke(ownImages: !substitute && found.Spec.Data.Source != DataSource.Synthetic) : found.Spec;
        WarnOfSubstitute();
        Runner.Run(spec, choices.Smoke ? null : found.Compiled, choices, TimeProvider.System);
        WarnOfSubstitute();

        // A smoke run must work before the user has downloaded 150 GB of images. A user who expects their own images to be used is warned
        // before and after the run.
        void WarnOfSubstitute()
        {
            if (substitute)
            {
                Console.Out.WriteLine(
                    $"{found.Spec.Name}: there is no folder {Datasets.Folder(data, place)}, "
                        + $"so this smoke run trains on made-up images, not on yours."
                );
            }
        }
    }
}
