using System.Text.Json;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;

namespace SimClrDsl.Bench;

/// <summary>
/// The folder through which contenders get the same work: workload.json, loop.dll and step.dll, images.safetensors, views.safetensors,
/// and, from our own step, weights.safetensors.
/// </summary>
internal sealed class SharedFiles : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("simclr-bench-");

    public string Folder => folder.FullName;

    /// <summary>Makes the files of a workload.</summary>
    /// <param name="workload">What to do.</param>
    /// <param name="batches">Batches of views that lie ready.</param>
    /// <param name="description">workload.json.</param>
    public static SharedFiles Write(Workload workload, int batches, object description)
    {
        var files = new SharedFiles();
        File.WriteAllText(files.At("workload.json"), JsonSerializer.Serialize(description, PlanJson.Options));
        var loop = InProcessCompiler.Assemble(workload.Spec);
        File.WriteAllBytes(files.At("loop.dll"), loop);
        File.WriteAllBytes(files.At("step.dll"), InProcessCompiler.Assemble(workload.StepSpec));

        using var scope = NewDisposeScope();
        var experiment = InProcessCompiler.Load(loop);
        var key = Key.FromSeed(workload.Spec.Seed);
        var images = Datasets.Open(experiment.Images, key.At("data")).OrThrow().Unlabelled;
        SafeTensors.Write(files.At("images.safetensors"), [KeyValuePair.Create("images", ((PixelSet)images).Images)], NoMetadata);
        SafeTensors.Write(
            files.At("views.safetensors"),
            [.. Views(images, experiment.View!, workload.Pretrain.Batch, batches, key)],
            NoMetadata
        );
        return files;
    }

    /// <summary>Path of a file in such a folder.</summary>
    public string At(string name) => Path.Combine(Folder, name);

    public void Dispose() => folder.Delete(recursive: true);

    public static IReadOnlyDictionary<string, string> NoMetadata { get; } = new Dictionary<string, string>();

    // float32 [batch, C, side, side] in [0, 1], by their names: 0.first, 0.second, 1.first, …
    private static IEnumerable<KeyValuePair<string, Tensor>> Views(ImageSet images, AugmentedView view, int batch, int batches, Key key)
    {
        var stream = Batches.Stream(key.At("bench"), images.Count, batch);
        for (var i = 0; i < batches; i++)
        {
            var (pixels, own) = (images.Batch(stream(i), CPU), key.At("bench").At(i));
            yield return KeyValuePair.Create($"{i}.first", view(pixels, own.At(0)));
            yield return KeyValuePair.Create($"{i}.second", view(pixels, own.At(1)));
        }
    }
}
