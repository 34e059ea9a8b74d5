using System.CommandLine;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Stages;

namespace SimClrDsl.Cli.Commands;

/// <summary>What the commands that apply a trained network to pictures have in common.</summary>
internal sealed class PictureCommand
{
    private readonly Argument<string[]> pictures = new("pictures")
    {
        Description = "Picture files, and folders that are searched with their subfolders.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> stage;
    private readonly Option<string?> runs = StageNetwork.RunsOption();
    private readonly Option<string?> device = DeviceOption.Create();
    private readonly ExperimentChoice choice;

    private readonly NetworkNeed need;

    /// <summary>Adds the arguments and options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="need">What the command needs of the network.</param>
    public PictureCommand(Command command, NetworkNeed need)
    {
        this.need = need;
        stage = new("--stage") { Description = $"Stage whose network is used; left out, the last finished one {need.Words}." };
        choice = ExperimentChoice.For(command);
        command.Arguments.Add(pictures);
        command.Options.Add(stage);
        command.Options.Add(runs);
        command.Options.Add(device);
    }

    /// <summary>Opens the network and finds the pictures. Says which network it is, and what cannot be used.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="notes">Where lines for the user go.</param>
    /// <returns>All three; or that there is no such network, or no picture that can be used.</returns>
    public LanguageExt.Either<InputError, OpenedPictures> Open(ParseResult parsed, TextWriter notes) =>
        from chosen in choice.Of(parsed)
        from trained in TrainedStage.Of(chosen, parsed.GetValue(stage), parsed.GetValue(runs), need)
        from found in Found(parsed.GetRequiredValue(pictures), notes)
        from usable in Usable(found, trained, notes)
        from computing in DeviceOption.Choose(parsed.GetValue(device))
        from network in trained.Open(computing)
        select new OpenedPictures(network, usable, trained);

    // Says which network it is, and what cannot be used.
    private static LanguageExt.Either<InputError, GivenPictures> Usable(GivenPictures found, TrainedStage trained, TextWriter notes)
    {
        notes.WriteLine($"{trained.Choice}: {OneLine.Of(trained.Checkpoint)}");
        if (found.PassedOver.Count > 0)
        {
            notes.WriteLine($"passed over, as no picture: {found.PassedOverInWords}");
        }

        foreach (var broken in found.Broken)
        {
            Console.Error.WriteLine($"simclr: {OneLine.Of(broken.Name)} cannot be used: {broken.Reason}.");
        }

        return found.Names.Count > 0 ? found : new InputError($"none of the {found.Broken.Count} pictures can be used.");
    }

    /// <summary>Counts the pictures that could not be used, and returns the exit code: not that of success if there were any.</summary>
    public static int Ended(GivenPictures pictures)
    {
        if (pictures.Broken.Count == 0)
        {
            return ExitCode.Done;
        }

        var all = pictures.Broken.Count + pictures.Names.Count;
        Console.Error.WriteLine($"simclr: {pictures.Broken.Count} of {all} pictures could not be used; the others were.");
        return ExitCode.BadInput;
    }

    private static LanguageExt.Either<InputError, GivenPictures> Found(IReadOnlyList<string> paths, TextWriter notes)
    {
        using var progress = TerminalOutput.Progress(notes);
        return GivenPictures.Open(paths, (done, all) => progress.Count("checking pictures", done, all));
    }
}

/// <summary>Pictures, and the network that a command applies to them.</summary>
/// <param name="Network">The network.</param>
/// <param name="Pictures">The pictures.</param>
/// <param name="Stage">The stage that trained the network.</param>
internal sealed record OpenedPictures(SavedNetwork Network, GivenPictures Pictures, TrainedStage Stage);
