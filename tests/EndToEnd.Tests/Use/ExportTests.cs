using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Export;
using SimClrDsl.Runtime.Tests;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;

namespace SimClrDsl.EndToEnd.Tests.Use;

/// <summary>Networks in ONNX Runtime and in PyTorch, beside the same networks here.</summary>
public sealed class ExportTests
{
    // Each kind of block, skip, stem and head, on images of even and odd sides.
    public static TheoryData<string, string, string> Networks =>
        new()
        {
            {
                // Basic blocks, small stem, grey images; a classifier on the first of three layers of a head.
                """
                    data: { source: fashion-mnist, labels: 100 }
                    encoder: { resnet: 18, width: 0.125 }
                    pretrain: { head: { layers: 3, out: 8 }, epochs: 1, batch: 16 }
                    finetune: { from_head_layer: 1, epochs: 1, batch: 16 }
                    """,
                "finetune",
                "logits"
            },
            {
                // Selective kernels in basic blocks, ResNet-D's stem; a whole projection head.
                """
                    data: { source: synthetic, image: 66, classes: 3 }
                    encoder: { resnet: 18, width: 0.25, selective_kernel: true, basic_block: selective }
                    pretrain: { head: { layers: 2, out: 8 }, epochs: 1, batch: 16 }
                    """,
                "pretrain",
                "projections"
            },
            {
                // Basic blocks with ResNet-D's skips; averaged weights.
                """
                    data: { source: synthetic, image: 45, classes: 4 }
                    encoder: { resnet: 34, width: 0.125, selective_kernel: true, basic_block: official }
                    pretrain: { epochs: 1, batch: 16 }
                    finetune: { from_head_layer: 0, epochs: 1, batch: 16, optimizer: { average: 0.9 } }
                    """,
                "finetune",
                "logits"
            },
            {
                // Bottlenecks, ImageNet stem, no head at all.
                """
                    data: { source: synthetic, image: 47, classes: 3 }
                    encoder: { resnet: 50, width: 0.125 }
                    pretrain: { head: { layers: 0 }, epochs: 1, batch: 16 }
                    """,
                "pretrain",
                "features"
            },
            {
                // Bottlenecks with selective kernels; self-distilled.
                """
                    data: { source: synthetic, image: 41, classes: 5 }
                    encoder: { resnet: 50, width: 0.125, selective_kernel: true }
                    pretrain: { epochs: 1, batch: 16 }
                    finetune: { epochs: 1, batch: 16 }
                    self_distill: { epochs: 1, batch: 16 }
                    """,
                "self_distill",
                "logits"
            },
            {
                // A student that is smaller than its teacher.
                """
                    data: { source: synthetic, image: 32, classes: 5 }
                    encoder: { resnet: 50, width: 0.125 }
                    pretrain: { epochs: 1, batch: 16 }
                    finetune: { epochs: 1, batch: 16 }
                    distill: { student: { resnet: 34, width: 0.25 }, epochs: 1, batch: 16 }
                    """,
                "distill",
                "logits"
            },
        };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Onnx_runtime_and_pytorch_give_what_the_network_gives(string yaml, string stage, string output)
    {
        using var scope = NewDisposeScope();
        using var run = new RandomRun(yaml, stage);
        var network = run.Open();
        var images = run.Images(5);
        var (outputs, features) = (network.Outputs(images), network.Features(images));

        run.Export("--as", "onnx").Succeeded().Shows($"network-{stage}.onnx", $"{output} to ", "takes images: float32 [batch, ");
        var onnx = RunOnnx(run.Place.At($"network-{stage}.onnx"), images);
        Assert.Equal(new[] { output, "features" }.Distinct(), onnx.Keys);
        Close(outputs, onnx[output]);
        Close(features, onnx["features"]);

        run.Export("--as", "pytorch").Succeeded().Shows($"network-{stage}-pytorch.safetensors", "simclr_network.py");
        SafeTensors.Write(run.Place.At("images.safetensors"), [new("images", images)], new Dictionary<string, string>());
        run.Place.With("run.py", Script);
        Processes
            .Run(Python, ["run.py", $"network-{stage}-pytorch.safetensors"], run.Place.Path, new Dictionary<string, string?>())
            .Succeeded();
        Close(outputs, Numbers(run.Place.At("outputs.bin")).reshape(outputs.shape));
        Close(features, Numbers(run.Place.At("features.bin")).reshape(features.shape));
    }

    private const string Script = """
        import sys
        import torch
        import simclr_network

        network = simclr_network.load(sys.argv[1]).eval()
        images = simclr_network.read("images.safetensors")[0]["images"]
        with torch.no_grad():
            network(images).numpy().tofile("outputs.bin")
            network.features(images).numpy().tofile("features.bin")
        """;

    [Fact]
    public void The_encoder_alone_gives_features_alone()
    {
        using var scope = NewDisposeScope();
        using var run = new RandomRun(Small, "finetune");
        run.Export("--as", "onnx", "--encoder-only").Succeeded();
        var images = run.Images(2);
        var outputs = RunOnnx(run.Place.At("network-finetune.onnx"), images);
        Close(run.Open().Features(images), Assert.Single(outputs).Value);
    }

    [Fact]
    public void A_file_says_its_names_its_operators_and_its_classes()
    {
        using var run = new RandomRun(Small, "finetune");
        run.Export("--as", "onnx", "--pictures").Succeeded().Shows("takes pictures: uint8 [batch, height, width, 3]");
        using var stream = File.OpenRead(run.Place.At("network-finetune.onnx"));
        var model = ModelProto.Parser.ParseFrom(stream);
        Assert.Equal((18, "SimClrDsl"), (Assert.Single(model.OpsetImport).Version, model.ProducerName));
        Assert.Equal("pictures", Assert.Single(model.Graph.Input).Name);
        Assert.Equal(["probabilities", "features"], model.Graph.Output.Select(static output => output.Name));
        var sizes = model.Graph.Input[0].Type.TensorType.Shape.Dim;
        Assert.Equal(["batch", "height", "width", ""], sizes.Select(static size => size.DimParam));
        Assert.Equal(3, sizes[3].DimValue);
        var metadata = model.MetadataProps.ToDictionary(static pair => pair.Key, static pair => pair.Value);
        Assert.Equal("""["class 0","class 1","class 2"]""", metadata["class_names"]);
        Assert.Equal(("24", "finetune", "ResNet-18 ×0.125"), (metadata["image_side"], metadata["stage"], metadata["network"]));
        Assert.DoesNotContain(model.Graph.Node, static node => node.OpType == "BatchNormalization");
    }

    // As a network of more than two gigabytes must be written.
    [Fact]
    public void Weights_in_a_file_of_their_own_give_the_same()
    {
        using var scope = NewDisposeScope();
        using var run = new RandomRun(Small, "finetune");
        var weights = NetworkWeights.Read(run.Checkpoint, run.Plan, "finetune").Value();
        var graph = OnnxModel.Graph(weights, run.Plan, "finetune", new());
        var message = OnnxModel.Message(graph, run.Plan, "finetune", weights.Card!, "1.0.0");
        var files = OnnxFile.Write(run.Place.At("large.onnx"), message, graph.Constants, largestInside: 1000);
        Assert.Equal([run.Place.At("large.onnx"), run.Place.At("large.onnx.data")], files);
        Assert.True(new FileInfo(files[0]).Length < 50_000);
        var images = run.Images(2);
        Close(run.Open().Outputs(images), RunOnnx(files[0], images)["logits"]);
    }

    [Fact]
    public void A_file_that_differs_from_the_network_is_not_written()
    {
        using var scope = NewDisposeScope();
        using var run = new RandomRun(Small, "finetune");
        var network = run.Open();
        var (tensors, metadata) = SafeTensors.Read(run.Checkpoint).Value();
        using (no_grad())
        {
            tensors["state.encoder.group3_entry.second.variance"].mul_(1.1);
        }

        SafeTensors.Write(run.Checkpoint, [.. tensors], metadata);
        var error = OnnxExport.Write(run.Place.At("other.onnx"), run.Checkpoint, run.Plan, "finetune", network, new()).Error();
        Assert.Contains("ONNX Runtime's 'logits' differs from ours by ", error, StringComparison.Ordinal);
        Assert.Contains("nothing was written", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(run.Place.Path, "other*"));
    }

    [Theory]
    [InlineData("--as onnx --out mine.onnx", "mine.onnx exists and is no network that 'simclr export' wrote")]
    [InlineData("--as pytorch", "simclr_network.py exists and is not the one that 'simclr export' writes")]
    [InlineData("--as pytorch --pictures", "belong to '--as onnx', not to '--as pytorch'")]
    [InlineData("--as pytroch", "did you mean 'pytorch'?")]
    public void What_cannot_be_exported_is_told_and_nothing_is_written(string line, string says)
    {
        using var run = new RandomRun(Small, "finetune");
        run.Place.With("mine.onnx", "mine").With("simclr_network.py", "mine");
        run.Place.Refuses(["export", RandomRun.SpecFile, .. line.Split(' ')]).Says(says);
    }

    [Fact]
    public void A_check_needs_no_run_and_leaves_no_file()
    {
        using var place = new Workplace().With(
            "sweep.yaml",
            $"""
            name: sweep
            {Small}
            matrix:
              data.image: [24, 48]
              data.bicubic: [tf1, tf2]
            """
        );
        var before = place.Contents();
        place
            .Simclr("export", "sweep.yaml", "--as", "onnx", "--check", "--where", "data.bicubic=tf2")
            .Succeeded()
            .Shows(
                "network               image       MB  output to  features to  ms in ONNX Runtime  ms in ours",
                "2 of 2 networks, with random weights"
            );
        place.Simclr("export", "sweep.yaml", "--as", "onnx", "--check", "--pictures").Succeeded().Shows("4 of 4 networks");
        Assert.Equal(before, place.Contents());
    }

    private const string Small = """
        data: { source: synthetic, image: 24, classes: 3 }
        encoder: { resnet: 18, width: 0.125 }
        pretrain: { epochs: 1, batch: 16 }
        finetune: { epochs: 1, batch: 16 }
        """;

    private static string Python => Environment.GetEnvironmentVariable("SIMCLR_PYTHON") ?? "/usr/bin/python3";

    private static Dictionary<string, Tensor> RunOnnx(string path, Tensor images)
    {
        using var session = new InferenceSession(path);
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(images.data<float>().ToArray(), images.shape);
        using var results = session.Run(options, ["images"], [input], session.OutputNames);
        return session
            .OutputNames.Select((name, i) => (name, Value: results[i]))
            .ToDictionary(
                static one => one.name,
                static one => tensor(one.Value.GetTensorDataAsSpan<float>().ToArray()).reshape(one.Value.GetTensorTypeAndShape().Shape)
            );
    }

    private static Tensor Numbers(string path) => tensor(MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray());

    private static void Close(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.shape, found.shape);
        Assert.InRange((expected - found).abs().max().item<float>() / expected.abs().max().item<float>(), 0, 1e-4);
    }
}
