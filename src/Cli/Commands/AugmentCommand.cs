using System.CommandLine;
using SimClrDsl.Planning;
using SimClrDsl.Runtime;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr augment</c>: a contact sheet of what pretraining sees.</summary>
internal static class AugmentCommand
{
    private const int Images = 16;

    public static Command Create()
    {
        var file = new Option<string?>("--out") { Description = "The PNG file; left out, EXPERIMENT-views.png." };
        var command = new Command("augment", "Draw sixteen images, each with its two views of the first step.") { file };
        var choice = Choice.For(command);
        command.SetAction(parsed =>
        {
            // Experiments of a sweep mostly share their augmentation; the first one stands for them.
            var chosen = choice.Of(parsed);
            var spec = chosen.Cells[0].Spec;
            var compiled = Catalogue.Of(spec).Compiled ?? InProcessCompiler.Compile(spec);
            var view = compiled.View ?? throw new InputException($"'{spec.Name}' has no 'pretrain', whose views these would be.");
            var data = OpenedData.Open(Plan.Of(spec), chosen.Declared.Folder, Terminal.Progress());
            var sheet = ContactSheet.Of(data, view, spec.Seed, Images, cuda.is_available() ? CUDA : CPU);
            var path = parsed.GetValue(file) ?? $"{chosen.FileName(spec.Name)}-views.png";
            AtomicFile.Write(path, stream => stream.Write(Pictures.Encode(sheet)));
            Console.Out.WriteLine($"{path}: {Images} images of '{spec.Name}', each as it is and as its two views.");
            return ExitCode.Done;
        });
        return command;
    }
}
