using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Weights.Names;

/// <summary>A variable of a checkpoint of the official code.</summary>
/// <param name="Name">Its name, such as <c>base_model/conv2d_1/kernel</c>.</param>
/// <param name="Target">The tensor of our checkpoint that it corresponds to.</param>
internal sealed record TensorFlowVariable(string Name, WeightTensor Target)
{
    /// <summary>Its shape: [height, width, inputs, outputs] for a convolution, [inputs, outputs] for a dense layer.</summary>
    public Sequence<long> Shape =>
        Target.Shape switch
        {
            [var outputs, var inputs, var height, var width] => [height, width, inputs, outputs],
            [var outputs, var inputs] => [inputs, outputs],
            var vector => vector,
        };
}

/// <summary>
/// The names of variables in the official checkpoints (google-research/simclr, TensorFlow 1). Convolutions and batch norms are numbered
/// separately, in the order in which the code creates them; in a block the skip connection comes first.
/// </summary>
internal static class TensorFlowNames
{
    /// <summary>The variables of a network.</summary>
    /// <param name="network">The layers of the network.</param>
    /// <param name="scope">Prefix of all names: <c>ema_model/</c> for the moving average in a pretrained checkpoint.</param>
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
