using System.CommandLine;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr augment</c>: draws a contact sheet of the views that pretraining uses.</summary>
internal static class AugmentCommand
{
    private const int Images = 16;

    public static Command Create()
    {
        var file = new Option<string?>("--out") { Description = "The PNG file; left out, EXPERIMENT-views.png." };
        var command = new Command("augment", "Draw sixteen images, each with its two views of the first step.") { file };
        var choice = ExperimentChoice.For(command);
        command.Runs(parsed =>
            from chosen in choice.Of(parsed)
            // The experiments of a sweep usually share their augmentation, so the first one is drawn.
            let spec = chosen.Cells[0].Spec
            from view in ViewOf(spec)
            from data in OpenedData.Open(Plan.Of(spec), chosen.Declared.Folder, TerminalOutput.Progress())
            select Draw(spec, view, data, parsed.GetValue(file) ?? $"{chosen.FileName(spec.Name)}-views.png")
        );
        return command;
    }

    private static LanguageExt.Either<InputError, AugmentedView> ViewOf(Spec spec) =>
        Catalogue.CodeOf(spec).View is { } view ? view : new InputError($"'{spec.Name}' has no 'pretrain', whose views these would be.");

    private static int Draw(Spec spec, AugmentedView view, ExperimentData data, string path)
    {
        var sheet = ContactSheet.Of(data, view, spec.Seed, Images, DeviceOption.OfThisMachine);
        AtomicFile.Write(path, stream => stream.Write(Pictures.Encode(sheet)));
        Console.Out.WriteLine($"{path}: {Images} images of '{spec.Name}', each as it is and as its two views.");
        return ExitCode.Done;
    }
}
