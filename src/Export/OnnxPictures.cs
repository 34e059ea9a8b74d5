using SimClrDsl.Runtime.Data;
using SimClrDsl.Specs;
using static SimClrDsl.Export.OnnxGraph;

namespace SimClrDsl.Export;

/// <summary>Writes into a graph how pictures are made into the images that a network takes, as evaluation does it.</summary>
/// <param name="graph">The graph.</param>
/// <param name="input">What the network takes.</param>
internal sealed class OnnxPictures(OnnxGraph graph, ImageInput input)
{
    private const string Root = "pictures";
    private const int White = 255;

    /// <summary>
    /// From decoded pictures of one size to images. The central square is cut out and resized. Small images are then rounded to 8 bits, as
    /// in the data set that the network was trained on, and cropped and enlarged once more if evaluation does not use the whole image.
    /// </summary>
    /// <param name="pictures">Name of the pictures: uint8 [batch, height, width, 3], red, green and blue.</param>
    /// <returns>Name of the images: float32 [batch, C, side, side] from 0 to 1.</returns>
    public string Images(string pictures)
    {
        var planes = graph.Node("Transpose", $"{Root}.planes", [pictures], Attribute("perm", [0, 3, 1, 2]));
        var x = graph.Node("Cast", $"{Root}.float", [planes], Attribute("to", (long)Onnx.TensorProto.Types.DataType.Float));
        if (input.StaysEncoded)
        {
            return Scaled(Square(x, input.CentralShare));
        }

        x = graph.Node("Round", $"{Root}.rounded", [Clipped($"{Root}.clipped", Square(x, share: 1), White)]);
        x = input.Channels == 1 ? Grey(x) : x;
        return Scaled(input.CentralShare == 1 ? x : Enlarged(x));
    }

    // The central square of pictures of any size, resized.
    private string Square(string x, double share)
    {
        var shape = graph.Node("Shape", $"{Root}.size", [x], Attribute("start", 2));
        var shorter = graph.Node("ReduceMin", $"{Root}.shorter", [shape, graph.Constant($"{Root}.first", 0)], Attribute("keepdims", 1));
        var side = shorter;
        if (share < 1)
        {
            var real = graph.Node("Cast", $"{Root}.shorter.float", [shorter], Attribute("to", (long)Onnx.TensorProto.Types.DataType.Float));
            var part = graph.Node("Mul", $"{Root}.share.product", [real, graph.Constant($"{Root}.share", share)]);
            var whole = graph.Node("Round", $"{Root}.share.rounded", [part]);
            side = graph.Node("Cast", $"{Root}.side", [whole], Attribute("to", (long)Onnx.TensorProto.Types.DataType.Int64));
        }

        // As (size − side + 1) / 2 in whole numbers.
        var room = graph.Node("Add", $"{Root}.room", [graph.Node("Sub", $"{Root}.rest", [shape, side]), graph.Constant($"{Root}.one", 1)]);
        var start = graph.Node("Div", $"{Root}.start", [room, graph.Constant($"{Root}.two", 2)]);
        var end = graph.Node("Add", $"{Root}.end", [start, side]);
        var square = graph.Node("Slice", $"{Root}.square", [x, start, end, graph.Constant($"{Root}.axes", 2, 3)]);
        var (bicubic, antialias) = input.Resizing;
        if (!antialias || bicubic == Bicubic.Tf2)
        {
            return Resized($"{Root}.resized", square, bicubic, antialias);
        }

        // A square that shrinks is resized by another kernel than one that grows.
        var shrinks = graph.Node("Greater", $"{Root}.shrinks", [side, graph.Constant($"{Root}.limit", input.Side)]);
        var shrunk = Resized($"{Root}.shrunk", square, Bicubic.Tf2, antialias: true);
        return graph.Node("Where", $"{Root}.resized", [shrinks, shrunk, Resized($"{Root}.grown", square, bicubic, antialias: false)]);
    }

    // The central part of images that have the network's size, at that size again. The part is smaller, so nothing is antialiased.
    private string Enlarged(string x)
    {
        var side = (int)Math.Round(input.CentralShare * input.Side);
        var start = (input.Side - side + 1) / 2;
        var part = graph.Node(
            "Slice",
            $"{Root}.part",
            [
                x,
                graph.Constant($"{Root}.part.start", start, start),
                graph.Constant($"{Root}.part.end", start + side, start + side),
                graph.Constant($"{Root}.part.axes", 2, 3),
            ]
        );
        return Resized($"{Root}.enlarged", part, input.Resizing.Bicubic, antialias: false);
    }

    private string Resized(string name, string x, Bicubic bicubic, bool antialias) =>
        graph.Node(
            "Resize",
            name,
            [x, "", "", graph.Constant($"{name}.sizes", input.Side, input.Side)],
            Attribute("axes", [2, 3]),
            Attribute("mode", "cubic"),
            Attribute("antialias", antialias ? 1 : 0),
            Attribute("coordinate_transformation_mode", bicubic == Bicubic.Tf1 ? "asymmetric" : "half_pixel"),
            Attribute("cubic_coeff_a", bicubic == Bicubic.Tf2 ? -0.5f : -0.75f),
            Attribute("exclude_outside", bicubic == Bicubic.Tf2 ? 1 : 0)
        );

    // The brightness of ITU-R 601 in whole numbers, which float32 holds exactly.
    private string Grey(string x)
    {
        var weights = TorchSharp.torch.tensor([19595f, 38470, 7471]).reshape(1, 3, 1, 1);
        var sum = graph.Node("Conv", $"{Root}.brightness", [x, graph.Constant($"{Root}.brightness.weight", weights), Half()]);
        return graph.Node(
            "Floor",
            $"{Root}.grey",
            [graph.Node("Div", $"{Root}.grey.scaled", [sum, graph.Constant($"{Root}.grey.divisor", 65536.0)])]
        );
        string Half() => graph.Constant($"{Root}.brightness.bias", TorchSharp.torch.tensor([32768f]));
    }

    private string Scaled(string x) =>
        Clipped("images", graph.Node("Div", $"{Root}.scaled", [x, graph.Constant($"{Root}.white", (double)White)]), largest: 1);

    private string Clipped(string name, string x, double largest) =>
        graph.Node("Clip", name, [x, graph.Constant($"{name}.smallest", 0.0), graph.Constant($"{name}.largest", largest)]);
}
