using System.Buffers.Binary;
using System.Text.Json;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Runtime.Tests;
using SimClrDsl.Runtime.Weights;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>Networks that leave and enter a run, and what pretraining sees of the images.</summary>
[Collection(FinishedRunCollection.Name)]
public sealed class WeightsTests(FinishedRun run)
{
    [Fact]
    public void The_last_network_is_exported_under_its_own_names()
    {
        using var folder = run.Copy();
        var outcome = folder.Simclr("export", Tiny.File).Succeeded();
        Assert.Contains(
            "tiny-distill.safetensors: parameters and statistics of stage 'distill'.",
            outcome.Output,
            StringComparison.Ordinal
        );
        var names = Names(folder.At("tiny-distill.safetensors"));
        Assert.Contains("params.encoder.stem.conv.kernel", names);
        Assert.Contains("state.encoder.stem.conv.mean", names);
        Assert.Contains("params.classifier.kernel", names);
        Assert.Equal(Names(folder.At($"runs/{run.Name}/checkpoints/distill.safetensors")).Order(), names.Order());
    }

    [Theory]
    [InlineData("export tiny.yaml --as torchvision", "ResNet-18 has a convolution on the skip of group 1", "Use '--as simclr'.")]
    [InlineData("export tiny.yaml --as torchvison", "--as cannot be 'torchvison'", "did you mean 'torchvision'?")]
    [InlineData("export tiny.yaml --stage knn", "has no stage 'knn' that leaves a network", "pretrain, finetune, distill")]
    [InlineData("export tiny.yaml --seed 7", "no run in runs has finished stage 'distill'", "with seed 7", "run it first")]
    [InlineData("export table-1", "declares several experiments", "--where KEY=VALUE")]
    [InlineData("import tiny.yaml --tensorflow model.ckpt", "model.ckpt.index does not exist", "FOLDER/model.ckpt-250228")]
    [InlineData("import tiny.yaml --tensorflow tiny", "tiny.index is damaged, or no index of a TensorFlow checkpoint")]
    [InlineData("import tiny.yaml", "give one of --tensorflow, --weights and --run", "import --help")]
    public void What_cannot_be_done_is_told_and_nothing_is_written(string line, params string[] says)
    {
        using var folder = run.Copy().With("tiny.index", "not an index");
        folder.Refuses(line.Split(' ')).Says(says);
    }

    // Another experiment: it would pretrain longer, and on other images.
    [Fact]
    public void Fine_tuning_starts_from_the_network_of_another_experiments_run()
    {
        using var folder = run.Copy();
        folder.With("other.yaml", Tiny.Yaml.Replace("name: tiny", "name: other").Replace("unlabelled: 32", "unlabelled: 48"));
        folder.Simclr("import", "other.yaml", "--run", $"runs/{run.Name}").Succeeded().Shows("pretrain.safetensors: ", " tensors; ");
        var other = Directory.GetDirectories(folder.At("runs"), "other-*").Single();
        var (theirs, ours) = (
            SafeTensors.Read(folder.At($"runs/{run.Name}/checkpoints/pretrain.safetensors")).Value(),
            SafeTensors.Read(Path.Combine(other, "checkpoints", "pretrain.safetensors")).Value()
        );
        Assert.Equal(theirs.Tensors.Keys.Order(), ours.Tensors.Keys.Order());
        Assert.All(theirs.Tensors, tensor => Assert.Equal(tensor.Value.bytes.ToArray(), ours.Tensors[tensor.Key].bytes.ToArray()));
        folder.Simclr("run", "other.yaml").Succeeded().Shows("pretrain: finished before", "fine-tuned: top-1 ");
    }

    [Fact]
    public void A_run_of_another_network_is_refused()
    {
        using var folder = run.Copy();
        folder.With("wide.yaml", Tiny.Yaml.Replace("name: tiny", "name: wide").Replace("width: 0.125\npretrain", "width: 0.25\npretrain"));
        folder
            .Refuses(["import", "wide.yaml", "--run", $"runs/{run.Name}"])
            .Says("pretrain.safetensors does not hold the network that 'wide' has after 'pretrain': it differs in params.encoder.");
        Assert.Empty(Directory.GetDirectories(folder.At("runs"), "wide-*"));
    }

    [Fact]
    public void A_contact_sheet_is_a_png_of_sixteen_images()
    {
        using var folder = Tiny.Workplace();
        Assert.Contains("16 images of 'tiny'", folder.Simclr("augment", Tiny.File).Succeeded().Output, StringComparison.Ordinal);
        var png = File.ReadAllBytes(folder.At("tiny-views.png"));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);

        // Tiles of 8 px twelve times as large, two pixels apart: three a picture, four pictures a row, four rows.
        Assert.Equal(4 * ((3 * 98) + 4), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(4 * 98, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }

    private static List<string> Names(string path)
    {
        var bytes = File.ReadAllBytes(path);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes)));
        return [.. header.RootElement.EnumerateObject().Select(static entry => entry.Name).Where(static name => name != "__metadata__")];
    }
}
