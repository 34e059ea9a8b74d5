using System.CommandLine;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Cli.Running;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Execution;
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
        command.Runs(parsed =>
            from recorded in RecordedRun.Read(parsed.GetRequiredValue(run))
            from computing in DeviceOption.Choose(parsed.GetValue(device))
            from chosen in StageOf(recorded, parsed.GetValue(stage) ?? StageNames.Pretrain)
            from replayed in Replayed(recorded, chosen, parsed.GetValue(step), computing)
            select Show(recorded, chosen, replayed, parsed.GetValue(file))
        );
        return command;
    }

    private static int Show(RecordedRun run, string stage, ReplayedStep replayed, string? file)
    {
        Console.Out.Write(ReplayText.Of(stage, replayed, run.Points));
        if (replayed.Images is { } images)
        {
            var path = file ?? $"{run.Name}-{stage}-step-{replayed.Step}.png";
            AtomicFile.Write(path, stream => stream.Write(Pictures.Encode(images.Sheet)));
            Console.Out.WriteLine($"{path}: {(images.Shown < images.All ? $"the first {images.Shown} of " : "")}{images.All} images");
        }

        return ExitCode.Done;
    }

    private static LanguageExt.Either<InputError, string> StageOf(RecordedRun run, string stage) =>
        StageLookup
            .Named(run.Folder, [.. run.Stages.Select(static one => one.Name).Where(StageNames.Trains)], stage, "that trains a network")
            .Map(static found => found[0]);

    private static LanguageExt.Either<InputError, ReplayedStep> Replayed(RecordedRun run, string stage, int step, Device device)
    {
        using var progress = TerminalOutput.Progress();
        return TestImages.Open(run, progress).Bind(data => StepReplay.Take(run, stage, step, data, device, progress));
    }
}
