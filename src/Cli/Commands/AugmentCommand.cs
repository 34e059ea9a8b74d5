using System.CommandLine;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Stages;
using static TorchSharp.torch;

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
        command.SetAction(parsed =>
        {
            // The experiments of a sweep usually share their augmentation, so the first one is drawn.
            var chosen = choice.Of(parsed);
            var spec = chosen.Cells[0].Spec;
            var compiled = Catalogue.Of(spec).Compiled ?? InProcessCompiler.Compile(spec);
            var view = compiled.View ?? throw new InputException($"'{spec.Name}' has no 'pretrain', whose views these would be.");
            var data = OpenedData.Open(Plan.Of(spec), chosen.Declared.Folder, TerminalOutput.Progress());
            var sheet = ContactSheet.Of(data, view, spec.Seed, Images, cuda.is_available() ? CUDA : CPU);
            var path = parsed.GetValue(file) ?? $"{chosen.FileName(spec.Name)}-views.png";
            AtomicFile.Write(path, stream => stream.Write(Pictures.Encode(sheet)));
            Console.Out.WriteLine($"{path}: {Images} images of '{spec.Name}', each as it is and as its two views.");
            return ExitCode.Done;
        });
        return command;
    }
}
