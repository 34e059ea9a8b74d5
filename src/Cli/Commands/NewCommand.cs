using System.CommandLine;
using SimClrDsl.Cli.NewSpecs;
using SimClrDsl.Cli.Running;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr new</c>: looks at a folder of images and writes a spec for it.</summary>
internal static class NewCommand
{
    private const double Minutes = 30;
    private const double SecondsOfMinute = 60;

    // The other half is left for views, other programs, and what the estimate does not count.
    private const double ShareOfMemory = 0.5;

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "The folder that holds the images." };
        var file = new Option<string?>("--out") { Description = "The YAML file to write; left out, FOLDER.yaml." };
        var minutes = new Option<double>("--minutes")
        {
            Description = "Time that the experiment may take on this machine.",
            DefaultValueFactory = static _ => Minutes,
        };
        minutes.Validators.Add(static given =>
        {
            if (given.Errors.Count() == 0 && given.GetValueOrDefault<double>() is not (> 0 and < double.PositiveInfinity))
            {
                given.AddError("--minutes must be a number above 0.");
            }
        });
        var command = new Command("new", "Look at a folder of images and write a spec for it, with a reason beside each number.")
        {
            folder,
            file,
            minutes,
        };
        command.Runs(parsed =>
        {
            var images = System.IO.Path.GetFullPath(parsed.GetRequiredValue(folder));
            var name = ExperimentName.Of(System.IO.Path.GetFileName(images.TrimEnd('/')));
            return from path in Free(parsed.GetValue(file) ?? $"{name}.yaml")
                from survey in Survey(images)
                from proposed in Propose(name, Beside(path, images), survey, parsed.GetValue(minutes))
                select Write(path, proposed.Proposal, proposed.Seconds / SecondsOfMinute);
        });
        return command;
    }

    private static LanguageExt.Either<InputError, string> Free(string path) =>
        System.IO.Path.Exists(path) ? new InputError($"{path} exists: give another file by --out, or remove it.") : path;

    private static LanguageExt.Either<InputError, (SpecProposal Proposal, double Seconds)> Propose(
        string name,
        string images,
        FolderSurvey survey,
        double minutes
    )
    {
        ProposalText.Found(survey).ToList().ForEach(Console.Out.WriteLine);
        Computation.UseAllCores();
        return SpecProposal.For(name, images, survey, Budget(survey, minutes));
    }

    private static int Write(string path, SpecProposal proposal, double minutes)
    {
        AtomicFile.WriteText(path, ProposalText.Of(proposal, minutes));
        Console.Out.WriteLine(
            $"{path}: ResNet-18 of width {proposal.Width.ToString(System.Globalization.CultureInfo.InvariantCulture)} on images of "
                + $"{proposal.Side} px, {proposal.Epochs} epochs; next: simclr run {ShellWord.Of(path)}"
        );
        if (proposal.Epochs < SpecProposal.FewestEpochs)
        {
            Console.Out.WriteLine(
                "These are too few epochs to learn much: more do not fit into the time at the speed that was just measured. "
                    + "Give more by --minutes, or try again when the machine has nothing else to do."
            );
        }

        return ExitCode.Done;
    }

    private static LanguageExt.Either<InputError, FolderSurvey> Survey(string folder)
    {
        using var progress = TerminalOutput.Progress();
        var place = DataPlace.Anywhere with
        {
            Cache = ImageCache.OfUser(),
            Progress = (done, all) => progress.Count("looking at images", done, all),
        };
        try
        {
            return FolderSurvey.Of(folder, place).Bind(survey => WithWholeTest(folder, survey));
        }
        finally
        {
            progress.Clear();
        }
    }

    private static LanguageExt.Either<InputError, FolderSurvey> WithWholeTest(string folder, FolderSurvey survey) =>
        survey.BrokenTest.Count == 0
            ? survey
            : new InputError(
                $"{folder}: test images must be whole, but {FolderSurvey.Listed(survey.BrokenTest)} cannot be read: replace or remove them."
            );

    // The rate is that of a network of middle size on images like these.
    private static MachineBudget Budget(FolderSurvey survey, double minutes)
    {
        var side = Math.Clamp(survey.Sides[survey.Sides.Count / 2], 32, 96);
        return new(
            TrainingRate.MultiplyAddsASecond(TypicalNetwork.Of(side)),
            ShareOfMemory * Machine.AvailableMemory(),
            minutes * SecondsOfMinute
        );
    }

    // Relative to the spec, so that both can be moved together; absolute if the images are elsewhere.
    private static string Beside(string spec, string images)
    {
        var from = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(spec))!;
        var relative = System.IO.Path.GetRelativePath(from, images);
        return relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) ? images : relative;
    }
}
