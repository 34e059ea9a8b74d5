using LanguageExt;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Export;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Weights;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Running;

/// <summary>The export of a network with random weights, as a row of a table.</summary>
/// <param name="Network">The network's title.</param>
/// <param name="Image">Side of its images, in pixels.</param>
/// <param name="Exported">What was written.</param>
/// <param name="Bytes">Size of the files.</param>
/// <param name="Timing">Time for an image; null for a file that takes pictures, whose sizes vary.</param>
internal sealed record OnnxTrial(string Network, int Image, ExportedOnnx Exported, long Bytes, OnnxTiming? Timing)
{
    /// <summary>Exports a network with random weights to a temporary folder, and times it.</summary>
    /// <param name="spec">The experiment.</param>
    /// <param name="stage">The stage whose network it is.</param>
    /// <param name="form">What the file takes and gives.</param>
    /// <returns>The row, or why the network cannot be exported.</returns>
    public static Either<InputError, OnnxTrial> Of(Spec spec, string stage, OnnxForm form)
    {
        var folder = Directory.CreateTempSubdirectory("simclr-onnx-");
        try
        {
            using var scope = NewDisposeScope();
            return RunFolder.Create(folder.FullName, spec.Name, "random").Bind(run => In(run, folder.FullName, Plan.Of(spec), stage, form));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Either<InputError, OnnxTrial> In(RunFolder run, string folder, Plan plan, string stage, OnnxForm form)
    {
        string[] names = [.. Enumerable.Range(0, plan.Data.Classes).Select(static label => $"class {label}")];
        var card = NetworkCard.Of(plan.Data, names);
        var hash = StageHashes.Of(plan)[stage];
        var store = new StageStore(run, StageHashes.Of(plan), card: card);
        RandomNetwork.Write(run.Checkpoint(stage), plan, stage, store.Metadata(stage));
        var experiment = Catalogue.CodeOf(plan.Spec);
        var options = new RunOptions(plan.Spec.Seed, CPU, ScalarType.Float32, Only: null);
        var file = Path.Combine(folder, "network.onnx");
        return from network in SavedNetwork.Open(experiment, stage, hash, run.Checkpoint(stage), options)
            from exported in OnnxExport.Write(file, run.Checkpoint(stage), plan, stage, network, form)
            let timing = form.Pictures ? null : OnnxTiming.Of(file, network)
            select new OnnxTrial(OnnxExport.TitleOf(plan, stage), plan.Data.Side, exported, exported.Bytes, timing);
    }
}
