using Google.Protobuf;
using Onnx;
using static TorchSharp.torch;

namespace SimClrDsl.Export;

/// <summary>A graph of ONNX operators while it is made, node by node. Values are known by name.</summary>
internal sealed class OnnxGraph
{
    private readonly GraphProto graph = new();
    private readonly List<OnnxConstant> constants = [];

    /// <summary>The tensors that the graph holds, in the order in which they were added.</summary>
    public IReadOnlyList<OnnxConstant> Constants => constants;

    /// <summary>The message of the graph, whose constants have no values yet.</summary>
    /// <param name="name">Name of the graph.</param>
    public GraphProto Message(string name)
    {
        graph.Name = name;
        graph.Initializer.Clear();
        graph.Initializer.Add(constants.Select(static constant => constant.Message));
        return graph;
    }

    /// <summary>Declares an input.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Type of its elements.</param>
    /// <param name="shape">Its sizes: a number, or a name for a size that is not fixed.</param>
    public string Input(string name, TensorProto.Types.DataType type, params object[] shape)
    {
        graph.Input.Add(Value(name, type, shape));
        return name;
    }

    /// <summary>Declares a value as a float32 output of the graph, under a name of its own.</summary>
    public void Output(string name, string value, params object[] shape)
    {
        graph.Node.Add(
            new NodeProto
            {
                OpType = "Identity",
                Name = name,
                Input = { value },
                Output = { name },
            }
        );
        graph.Output.Add(Value(name, TensorProto.Types.DataType.Float, shape));
    }

    /// <summary>Adds a node with one output, which has the node's name.</summary>
    /// <param name="operation">Name of the operator.</param>
    /// <param name="name">Name of the node.</param>
    /// <param name="inputs">Names of its inputs; empty for an optional one that is left out.</param>
    /// <param name="attributes">Its attributes.</param>
    public string Node(string operation, string name, IEnumerable<string> inputs, params AttributeProto[] attributes)
    {
        graph.Node.Add(
            new NodeProto
            {
                OpType = operation,
                Name = name,
                Input = { inputs },
                Output = { name },
                Attribute = { attributes },
            }
        );
        return name;
    }

    /// <summary>Adds a node with several outputs: NAME.0, NAME.1 and so on.</summary>
    public IReadOnlyList<string> Nodes(
        string operation,
        string name,
        IEnumerable<string> inputs,
        int outputs,
        params AttributeProto[] attributes
    )
    {
        var names = Enumerable.Range(0, outputs).Select(i => FormattableString.Invariant($"{name}.{i}")).ToList();
        graph.Node.Add(
            new NodeProto
            {
                OpType = operation,
                Name = name,
                Input = { inputs },
                Output = { names },
                Attribute = { attributes },
            }
        );
        return names;
    }

    /// <summary>Adds a float32 tensor.</summary>
    public string Constant(string name, Tensor value) => Add(new(name, TensorProto.Types.DataType.Float, value.shape, value));

    /// <summary>Adds a list of whole numbers.</summary>
    public string Constant(string name, params long[] values) =>
        Add(new(name, TensorProto.Types.DataType.Int64, [values.Length], tensor(values)));

    /// <summary>Adds a single float32 number.</summary>
    public string Constant(string name, double value) => Add(new(name, TensorProto.Types.DataType.Float, [], tensor((float)value)));

    /// <summary>An attribute that is a whole number.</summary>
    public static AttributeProto Attribute(string name, long value) =>
        new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.Int,
            I = value,
        };

    /// <summary>An attribute that is a number.</summary>
    public static AttributeProto Attribute(string name, float value) =>
        new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.Float,
            F = value,
        };

    /// <summary>An attribute that is a text.</summary>
    public static AttributeProto Attribute(string name, string value) =>
        new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.String,
            S = ByteString.CopyFromUtf8(value),
        };

    /// <summary>An attribute that is a list of whole numbers.</summary>
    public static AttributeProto Attribute(string name, long[] values) =>
        new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.Ints,
            Ints = { values },
        };

    private string Add(OnnxConstant constant)
    {
        constants.Add(constant);
        return constant.Message.Name;
    }

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, object[] shape)
    {
        var sizes = new TensorShapeProto();
        sizes.Dim.Add(
            shape.Select(static size =>
                size is string named
                    ? new TensorShapeProto.Types.Dimension { DimParam = named }
                    : new TensorShapeProto.Types.Dimension
                    {
                        DimValue = Convert.ToInt64(size, System.Globalization.CultureInfo.InvariantCulture),
                    }
            )
        );
        return new()
        {
            Name = name,
            Type = new()
            {
                TensorType = new() { ElemType = (int)type, Shape = sizes },
            },
        };
    }
}

/// <summary>A tensor that a graph holds.</summary>
internal sealed class OnnxConstant
{
    private readonly Tensor value;

    public OnnxConstant(string name, TensorProto.Types.DataType type, long[] shape, Tensor value)
    {
        this.value = value.contiguous();
        Message = new()
        {
            Name = name,
            DataType = (int)type,
            Dims = { shape },
        };
    }

    /// <summary>The message of the tensor.</summary>
    public TensorProto Message { get; }

    /// <summary>Its values, in the byte order of ONNX, which is that of the processor.</summary>
    public ReadOnlySpan<byte> Bytes => value.bytes;

    /// <summary>Number of bytes.</summary>
    public long Length => value.numel() * value.element_size();
}
