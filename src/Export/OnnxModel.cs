using Onnx;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Weights;

namespace SimClrDsl.Export;

/// <summary>What a file for ONNX Runtime takes and gives.</summary>
/// <param name="Pictures">Whether it takes decoded pictures of any size, and gives probabilities. If not, it takes images that are prepared
/// already, and gives logits.</param>
/// <param name="EncoderOnly">Whether it gives the encoder's features only.</param>
public sealed record OnnxForm(bool Pictures = false, bool EncoderOnly = false);

/// <summary>The model of a network: a graph with named inputs and outputs, and metadata.</summary>
internal static class OnnxModel
{
    /// <summary>The version of ONNX's operators that is used: the first one whose Resize can antialias.</summary>
    public const int Opset = 18;

    // The version of the file's format that came with that version of the operators.
    private const int Format = 8;

    /// <summary>The program that a file says it was written by.</summary>
    public const string Producer = "SimClrDsl";

    /// <summary>Name of the input with prepared images.</summary>
    public const string Images = "images";

    /// <summary>Name of the input with pictures.</summary>
    public const string Pictures = "pictures";

    /// <summary>Name of the output with the encoder's features.</summary>
    public const string Features = "features";

    private const string Batch = "batch";

    /// <summary>The output of the whole network besides the features: its name and width; null for an encoder alone.</summary>
    public static (string Name, int Width)? Output(Plan plan, string stage, OnnxForm form) =>
        form.EncoderOnly ? null
        : StageNames.Classifies(stage) ? (form.Pictures ? "probabilities" : "logits", plan.Data.Classes)
        : plan.Pretrain!.Head is { Layers: > 0 } head ? ("projections", head.Out)
        : null;

    /// <summary>Name, type and sizes of the input, for the screen.</summary>
    public static string Input(Plan plan, OnnxForm form) =>
        form.Pictures
            ? $"{Pictures}: uint8 [batch, height, width, 3]"
            : $"{Images}: float32 [batch, {plan.Data.Channels}, {plan.Data.Side}, {plan.Data.Side}]";

    /// <summary>The graph of a network.</summary>
    public static OnnxGraph Graph(NetworkWeights network, Plan plan, string stage, OnnxForm form)
    {
        var (graph, encoder) = (new OnnxGraph(), Encoder(plan, stage));
        var layers = new OnnxNetwork(graph, network.Tensors);
        var images = form.Pictures
            ? new OnnxPictures(graph, ImageInput.Of(plan.Data)).Images(
                graph.Input(Pictures, TensorProto.Types.DataType.Uint8, Batch, "height", "width", 3)
            )
            : graph.Input(Images, TensorProto.Types.DataType.Float, Batch, encoder.Channels, encoder.Side, encoder.Side);
        var features = layers.Encoder(encoder, images);
        if (Output(plan, stage, form) is { } output)
        {
            graph.Output(output.Name, Outputs(graph, layers, plan, stage, form, features), Batch, output.Width);
        }

        graph.Output(Features, features, Batch, encoder.Features);
        return graph;
    }

    /// <summary>The message of a model, whose constants have no values yet.</summary>
    public static ModelProto Message(OnnxGraph graph, Plan plan, string stage, NetworkCard card, string producerVersion)
    {
        var title = Encoder(plan, stage).Title;
        var model = new ModelProto
        {
            IrVersion = Format,
            ProducerName = Producer,
            ProducerVersion = producerVersion,
            DocString = $"{title}, stage '{stage}' of experiment '{plan.Name}'.",
            Graph = graph.Message(plan.Name),
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        var metadata = card.ToMetadata().ToDictionary();
        (metadata["experiment"], metadata["stage"], metadata["network"]) = (plan.Name, stage, title);
        model.MetadataProps.Add(metadata.Select(static pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));
        return model;
    }

    /// <summary>The encoder of the network that a stage leaves: the student's for distillation.</summary>
    public static EncoderPlan Encoder(Plan plan, string stage) => stage == StageNames.Distill ? plan.Distill!.Student : plan.Encoder;

    private static string Outputs(OnnxGraph graph, OnnxNetwork layers, Plan plan, string stage, OnnxForm form, string features)
    {
        if (stage == StageNames.Pretrain)
        {
            var whole = plan.Pretrain!.Head;
            return layers.Head(whole, whole.Layers, "head.", features);
        }

        var cut = stage == StageNames.Finetune ? plan.Finetune!.FromHeadLayer : 0;
        var logits = layers.Classifier(cut == 0 ? features : layers.Head(plan.Pretrain!.Head, cut, "", features));
        return form.Pictures ? graph.Node("Softmax", "classifier.softmax", [logits], OnnxGraph.Attribute("axis", 1)) : logits;
    }
}
