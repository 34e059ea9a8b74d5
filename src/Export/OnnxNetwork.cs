using SimClrDsl.Planning;
using static SimClrDsl.Export.OnnxGraph;
using static TorchSharp.torch;

namespace SimClrDsl.Export;

/// <summary>
/// Writes the layers of a network into a graph, as its plan describes them. Batch norms are folded into the layers before them. Nodes and
/// constants are named after the paths of the layers in checkpoints.
/// </summary>
/// <param name="graph">The graph.</param>
/// <param name="weights">All tensors of the network, by the names that they have in checkpoints.</param>
internal sealed class OnnxNetwork(OnnxGraph graph, IReadOnlyDictionary<string, Tensor> weights)
{
    /// <summary>The encoder.</summary>
    /// <param name="plan">The encoder's plan.</param>
    /// <param name="x">Name of the images [batch, C, side, side].</param>
    /// <returns>Name of the features [batch, features].</returns>
    public string Encoder(EncoderPlan plan, string x)
    {
        x = Stem(plan.Stem, x);
        foreach (var group in plan.Groups)
        {
            x = Block($"encoder.group{group.Index}_entry", group.Entry, x);
            for (var i = 0; i < group.BodyBlocks; i++)
            {
                x = Block(FormattableString.Invariant($"encoder.group{group.Index}_body.{i}"), group.Body, x);
            }
        }

        return graph.Node("Flatten", "encoder.features", [graph.Node("GlobalAveragePool", "encoder.pool", [x])]);
    }

    /// <summary>The first layers of a projection head. All have a ReLU but the last one of the whole head.</summary>
    /// <param name="head">The head's plan.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="path">What the paths of its layers start with.</param>
    /// <param name="x">Name of the features.</param>
    public string Head(HeadPlan head, int layers, string path, string x)
    {
        for (var i = 1; i <= layers; i++)
        {
            var name = FormattableString.Invariant($"{path}layer{i}");
            var layer = FoldedLayer.Of(weights, name);
            x = Dense(name, layer.Weight, layer.Bias, x);
            x = i < head.Layers ? Relu(name, x) : x;
        }

        return x;
    }

    /// <summary>The classifier.</summary>
    /// <param name="x">Name of its input.</param>
    /// <returns>Name of the logits [batch, classes].</returns>
    public string Classifier(string x) => Dense("classifier", weights["params.classifier.kernel"], weights["params.classifier.bias"], x);

    private string Stem(StemPlan stem, string x)
    {
        string[] names = stem.Convs.Count == 1 ? ["conv"] : ["first", "second", "third"];
        foreach (var (conv, name) in stem.Convs.Zip(names, static (conv, name) => (conv, name)))
        {
            x = ConvRelu($"encoder.stem.{name}", conv, x);
        }

        // Padded as TensorFlow does: an even side at the bottom and right only. The inputs are not negative, so that padding never wins.
        var before = stem.SideConv % 2;
        return stem.MaxPool
            ? graph.Node(
                "MaxPool",
                "encoder.stem.pool",
                [x],
                Attribute("kernel_shape", [3, 3]),
                Attribute("strides", [2, 2]),
                Attribute("pads", [before, before, 1, 1])
            )
            : x;
    }

    private string Block(string path, BlockPlan block, string x)
    {
        var y = block.Match(
            basic: plan => Conv($"{path}.second", plan.Second, ConvRelu($"{path}.first", plan.First, x)),
            bottleneck: plan =>
                Conv($"{path}.expand", plan.Expand, ConvRelu($"{path}.spatial", plan.Spatial, ConvRelu($"{path}.reduce", plan.Reduce, x))),
            selective: plan =>
                Conv($"{path}.expand", plan.Expand, Unit($"{path}.spatial", plan.Spatial, ConvRelu($"{path}.reduce", plan.Reduce, x))),
            selectiveBasic: plan => Conv($"{path}.second", plan.Second, Unit($"{path}.first", plan.First, x))
        );
        var skip = block.Skip.Match(
            identity: () => x,
            projected: conv => Conv($"{path}.skip", conv, x),
            pooled: pooled => Conv($"{path}.skip", pooled.Conv, AveragePool($"{path}.skip.pool", pooled.Stride, block.SideIn, x))
        );
        return Relu(path, graph.Node("Add", $"{path}.sum", [y, skip]));
    }

    // A selective-kernel unit: second + gate · (first − second) of two streams. A softmax over two logits is the sigmoid of their
    // difference, so the gate's last convolution gives that difference at once.
    private string Unit(string path, SelectiveKernelPlan unit, string x)
    {
        var streams = graph.Nodes(
            "Split",
            $"{path}.split",
            [ConvRelu($"{path}.streams", unit.Streams, x)],
            outputs: 2,
            Attribute("axis", 1),
            Attribute("num_outputs", 2)
        );
        var pooled = graph.Node("GlobalAveragePool", $"{path}.pool", [graph.Node("Add", $"{path}.both", [streams[0], streams[1]])]);
        var squeezed = ConvRelu($"{path}.squeeze", new(unit.Channels, unit.Squeezed, Kernel: 1, Stride: 1, SideIn: 1), pooled);
        var expand = weights[$"params.{path}.expand"].chunk(2, dim: 0);
        var logit = graph.Node("Conv", $"{path}.expand", [squeezed, graph.Constant($"{path}.expand.weight", expand[0] - expand[1])]);
        var gate = graph.Node("Sigmoid", $"{path}.gate", [logit]);
        var difference = graph.Node("Sub", $"{path}.difference", [streams[0], streams[1]]);
        return graph.Node("Add", $"{path}.mix", [streams[1], graph.Node("Mul", $"{path}.gated", [difference, gate])]);
    }

    // 2×2 with TensorFlow's padding: left out of the averages at stride 1, counted as zeros at stride 2 if the side is odd.
    private string AveragePool(string name, int stride, int side, string x)
    {
        var after = stride == 1 ? 1 : side % 2;
        return graph.Node(
            "AveragePool",
            name,
            [x],
            Attribute("kernel_shape", [2, 2]),
            Attribute("strides", [stride, stride]),
            Attribute("pads", [0, 0, after, after]),
            Attribute("count_include_pad", stride == 1 ? 0 : 1)
        );
    }

    private string ConvRelu(string path, ConvPlan conv, string x) => Relu(path, Conv(path, conv, x));

    private string Conv(string path, ConvPlan conv, string x)
    {
        var layer = FoldedLayer.Of(weights, path);
        var padding = (conv.Kernel - 1) / 2;
        return graph.Node(
            "Conv",
            $"{path}.conv",
            [x, graph.Constant($"{path}.weight", layer.Weight), graph.Constant($"{path}.bias", layer.Bias)],
            Attribute("kernel_shape", [conv.Kernel, conv.Kernel]),
            Attribute("strides", [conv.Stride, conv.Stride]),
            Attribute("pads", [padding, padding, padding, padding])
        );
    }

    private string Dense(string path, Tensor weight, Tensor bias, string x) =>
        graph.Node(
            "Gemm",
            $"{path}.dense",
            [x, graph.Constant($"{path}.weight", weight), graph.Constant($"{path}.bias", bias)],
            Attribute("transB", 1)
        );

    private string Relu(string path, string x) => graph.Node("Relu", $"{path}.relu", [x]);
}
