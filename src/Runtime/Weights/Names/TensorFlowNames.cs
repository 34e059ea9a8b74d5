using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Weights.Names;

/// <summary>A variable of the official code's checkpoints.</summary>
/// <param name="Name">Its name: <c>base_model/conv2d_1/kernel</c>.</param>
/// <param name="Target">The tensor it becomes here.</param>
internal sealed record TensorFlowVariable(string Name, WeightTensor Target)
{
    /// <summary>Its shape: convolutions are height, width, inputs, outputs; dense layers inputs, outputs.</summary>
    public Sequence<long> Shape =>
        Target.Shape switch
        {
            [var outputs, var inputs, var height, var width] => [height, width, inputs, outputs],
            [var outputs, var inputs] => [inputs, outputs],
            var vector => vector,
        };
}

/// <summary>
/// The names of the official checkpoints (google-research/simclr, TensorFlow 1). Layers are numbered in the order the code makes them,
/// convolutions and batch norms each by a counter of their own; in a block the skip comes first.
/// </summary>
internal static class TensorFlowNames
{
    /// <summary>The variables of a network.</summary>
    /// <param name="network">Whose.</param>
    /// <param name="scope">Before every name: <c>ema_model/</c> for the moving average of a pretrained checkpoint.</param>
    public static IReadOnlyList<TensorFlowVariable> Of(NetworkLayers network, string scope = "")
    {
        var variables = new List<TensorFlowVariable>();
        var (convolutions, norms) = (0, 0);

        void Add(WeightLayer layer, string kernel, string norm) =>
            variables.AddRange(
                layer.Tensors.Select(tensor => new TensorFlowVariable(
                    scope
                        + tensor.Part switch
                        {
                            WeightPart.Kernel => $"{kernel}/kernel",
                            WeightPart.Bias => $"{kernel}/bias",
                            WeightPart.Scale => $"{norm}/gamma",
                            WeightPart.Shift => $"{norm}/beta",
                            WeightPart.Mean => $"{norm}/moving_mean",
                            _ => $"{norm}/moving_variance",
                        },
                    tensor
                ))
            );

        void AddConvolution(WeightLayer layer) =>
            Add(
                layer,
                $"base_model/conv2d{Suffix(convolutions++)}",
                layer.Kind == WeightKind.Bare ? "" : $"base_model/batch_normalization{Suffix(norms++)}"
            );

        foreach (var layer in network.Encoder.Stem.Concat(network.Encoder.Blocks.SelectMany(SkipFirst)))
        {
            AddConvolution(layer);
        }

        foreach (var (layer, i) in network.Head.Select(static (layer, i) => (layer, i)))
        {
            var path = FormattableString.Invariant($"head_contrastive/nl_{i}");
            Add(layer, $"{path}/dense", $"{path}/batch_normalization");
        }

        if (network.Classifier is { } classifier)
        {
            Add(classifier, "head_supervised/linear_layer/dense", norm: "");
        }

        return variables;
    }

    private static IEnumerable<WeightLayer> SkipFirst(BlockLayers block) => block.Skip is { } skip ? [skip, .. block.Main] : block.Main;

    private static string Suffix(int index) => index == 0 ? "" : FormattableString.Invariant($"_{index}");
}
