using System.CommandLine;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr augment</c>: a contact sheet of what pretraining sees.</summary>
internal static class AugmentCommand
{
    private const int Images = 16;

    public static Command Create()
    {
        var experiment = Arguments.Experiment();
        var where = Where.Option();
        var seed = StageNetwork.SeedOption();
        var file = new Option<string?>("--out") { Description = "The PNG file; left out, EXPERIMENT-views.png." };
        var command = new Command("augment", "Draw sixteen images, each with its two views of the first step.")
        {
            experiment,
            where,
            seed,
            file,
        };
        command.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(experiment);
            var declared = Catalogue.Open(name);
            var cells = Where.Apply(declared.Sweep, parsed.GetValue(where) ?? []).Cells;

            // Experiments of a sweep mostly share their augmentation; the first one stands for them.
            var spec = parsed.GetValue(seed) is { } other ? cells[0].Spec.WithSeed(other) : cells[0].Spec;
            var compiled = Catalogue.Of(spec).Compiled ?? InProcessCompiler.Compile(spec);
            var view = compiled.View ?? throw new InputException($"'{spec.Name}' has no 'pretrain', whose views these would be.");
            var data = OpenedData.Open(Plan.Of(spec), declared.Folder, Progress.OnConsole());
            var sheet = ContactSheet.Of(data, view, spec.Seed, Images, cuda.is_available() ? CUDA : CPU);
            var path = parsed.GetValue(file) ?? $"{spec.Name}-views.png";
            AtomicFile.Write(path, stream => stream.Write(Pictures.Encode(sheet)));
            Console.Out.WriteLine($"{path}: {Images} images of '{spec.Name}', each as it is and as its two views.");
            return ExitCode.Done;
        });
        return command;
    }
}
