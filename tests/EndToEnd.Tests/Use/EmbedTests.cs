using System.Globalization;
using System.Text;
using System.Text.Json;
using SimClrDsl.Runtime.Tests;
using SimClrDsl.Runtime.Weights;

namespace SimClrDsl.EndToEnd.Tests.Use;

/// <summary>Features of pictures as files.</summary>
public sealed class EmbedTests(SmallColourRun run) : IClassFixture<SmallColourRun>
{
    private static readonly string[] Names =
    [
        .. ColourRun
            .Classes.Order(StringComparer.Ordinal)
            .SelectMany(static name => Enumerable.Range(0, 6).Select(i => $"images/test/{name}/{i}.png")),
    ];

    private void Embed(string file, string stage) =>
        run.Place.Simclr("embed", ColourRun.SpecFile, "images/test", "--stage", stage, "--out", file).Succeeded();

    [Fact]
    public void All_forms_hold_the_same_features_and_the_names_of_their_files()
    {
        Array.ForEach(["f.npy", "f.safetensors", "f.csv"], file => Embed(file, "pretrain"));
        var (tensors, metadata) = SafeTensors.Read(run.Place.At("f.safetensors")).Value();
        var features = tensors["features"];
        Assert.Equal([18, 64], features.shape);
        Assert.Equal(Names, JsonSerializer.Deserialize<string[]>(metadata["files"]));
        Assert.Equal(ColourRun.Classes, JsonSerializer.Deserialize<string[]>(metadata["class_names"]));

        // The format as numpy documents it: magic number, version 1.0, length of the header, header, rows.
        var numpy = File.ReadAllBytes(run.Place.At("f.npy"));
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0], numpy[..8]);
        var start = 10 + BitConverter.ToUInt16(numpy, 8);
        Assert.Equal(0, start % 64);
        Assert.Matches(
            @"^{'descr': '<f4', 'fortran_order': False, 'shape': \(18, 64\), } *\n$",
            Encoding.ASCII.GetString(numpy[10..start])
        );
        Assert.Equal(features.bytes.ToArray(), numpy[start..]);
        Assert.Equal(Names, run.Place.Read("f.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries));

        var rows = run.Place.Read("f.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("file,f0,f1,", rows[0], StringComparison.Ordinal);
        Assert.StartsWith("\"images/test/green, or so/0.png\",", rows[7], StringComparison.Ordinal);
        var numbers = rows[1..]
            .SelectMany(static row => row.Split(',')[^64..])
            .Select(static text => float.Parse(text, CultureInfo.InvariantCulture));
        Assert.Equal(features.data<float>().ToArray(), numbers);
    }

    // The classifier of this run is on the encoder's output, so the predictions follow from the features.
    [Fact]
    public void Features_give_the_predictions_of_the_same_network()
    {
        Embed("finetuned.safetensors", "finetune");
        var features = SafeTensors.Read(run.Place.At("finetuned.safetensors")).Value().Tensors["features"];
        var network = SafeTensors.Read(Path.Combine(run.Folder, "checkpoints/finetune.safetensors")).Value().Tensors;
        var logits = features.matmul(network["params.classifier.kernel"].t()) + network["params.classifier.bias"];
        var (highest, label) = logits.softmax(1).max(1);
        var predicted = run.Place.Simclr("predict", ColourRun.SpecFile, "images/test", "--stage", "finetune", "--json").Json;
        Assert.Equal(
            predicted.EnumerateArray().Select(static one => one.GetProperty("class").GetString()),
            label.data<long>().ToArray().Select(static label => ColourRun.Classes[label])
        );
        Assert.All(
            predicted.EnumerateArray().Zip(highest.data<float>().ToArray()),
            static pair => Assert.Equal(pair.Item2, pair.Item1.GetProperty("probability").GetSingle(), 1e-5f)
        );
    }
}
