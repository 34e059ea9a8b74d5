using System.CommandLine;
using SimClrDsl.Reading;
using SimClrDsl.Runtime;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr run</c>: trains and evaluates an experiment.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var smoke = new Option<bool>("--smoke") { Description = "Run a shrunken form of the experiment, in seconds." };
        var only = new Option<string?>("--only") { Description = $"Run one stage: {string.Join(", ", Stages.All)}." };
        var folder = Arguments.Out("Folder of all runs; left out, runs.");
        var again = new Option<bool>("--again") { Description = "Run stages that are finished once more." };
        var device = DeviceOption.Create();
        var benchmark = new Option<bool>("--cudnn-benchmark")
        {
            Description = "On a GPU, let cuDNN take the convolutions it finds fastest: two runs then differ in their last bits.",
        };
        var profile = new Option<bool>("--profile")
        {
            Description = "Measure where the time of training steps goes: profile.txt and trace.json in the run's folder.",
        };
        var command = new Command("run", "Pretrain, evaluate, fine-tune and distil.")
        {
            smoke,
            only,
            again,
            folder,
            device,
            benchmark,
            profile,
        };
        var choice = Choice.For(command);
        command.SetAction(parsed =>
        {
            var chosen = choice.Of(parsed);
            var choices = new RunChoices(
                Stage(parsed.GetValue(only)),
                parsed.GetValue(again),
                DeviceOption.Choose(parsed.GetValue(device)),
                parsed.GetValue(benchmark),
                parsed.GetValue(profile),
                Root: parsed.GetValue(folder) ?? "runs"
            )
            {
                SpecFolder = chosen.Declared.Folder,
            };
            // A smoke run is another network and is compiled anew.
            foreach (var found in chosen.Declared.Experiments)
            {
                var (spec, compiled) = parsed.GetValue(smoke) ? (found.Spec.Smoke(), null) : (found.Spec, found.Compiled);
                Runner.Run(spec, compiled, choices, TimeProvider.System);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static string? Stage(string? only) =>
        only is null || Stages.All.Contains(only)
            ? only
            : throw new InputException($"there is no stage '{only}': {Nearest.Advice(only, Stages.All)}");
}
