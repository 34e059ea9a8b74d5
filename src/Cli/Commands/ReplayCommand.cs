using System.CommandLine;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Cli.Running;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Stages;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr replay</c>: takes one step of a run again, from its random key.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of a run." };
        var step = new Option<int>("--step") { Description = "The step, counted from 1.", Required = true };
        var stage = new Option<string?>("--stage") { Description = "A stage that trains a network; left out, pretrain." };
        var file = new Option<string?>("--out") { Description = "PNG file for the images of the step; left out, RUN-STAGE-step-N.png." };
        var device = DeviceOption.Create();
        var command = new Command("replay", "Take a step of a run again: its images, its loss, and the first number that is not finite.")
        {
            run,
            step,
            stage,
            file,
            device,
        };
        command.SetAction(parsed =>
        {
            var recorded = RecordedRun.Read(parsed.GetRequiredValue(run));
            var chosen = parsed.GetValue(stage) ?? StageNames.Pretrain;
            var replayed = Replayed(recorded, chosen, parsed.GetValue(step), DeviceOption.Choose(parsed.GetValue(device)));
            Console.Out.Write(ReplayText.Of(chosen, replayed, recorded.Points));
            if (replayed.Images is { } images)
            {
                var path = parsed.GetValue(file) ?? $"{recorded.Name}-{chosen}-step-{replayed.Step}.png";
                AtomicFile.Write(path, stream => stream.Write(Pictures.Encode(images.Sheet)));
                Console.Out.WriteLine($"{path}: {(images.Shown < images.All ? $"the first {images.Shown} of " : "")}{images.All} images");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static ReplayedStep Replayed(RecordedRun run, string stage, int step, Device device)
    {
        if (!StageNames.Trains(stage) || run.Stages.All(one => one.Name != stage))
        {
            var trained = run.Stages.Select(static one => one.Name).Where(StageNames.Trains);
            throw new InputException($"{run.Folder} has no stage '{stage}' that trains a network: it has {string.Join(", ", trained)}.");
        }

        using var progress = TerminalOutput.Progress();
        ReplayedStep? seen = null;
        try
        {
            StepReplay.Take(run, stage, new ReplayRequest(step, one => seen = one), TestImages.Open(run, progress), device, progress);
        }
        catch (ReplayEndedException)
        {
            // The stage has ended where it was asked to.
        }

        return seen ?? throw new InvalidOperationException("The stage did not take the step.");
    }
}
