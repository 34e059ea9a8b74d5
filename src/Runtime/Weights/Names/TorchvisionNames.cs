using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Weights.Names;

/// <summary>
/// The names of tensors in torchvision's ResNets, for those networks that both have: ResNet-50, ResNet-101 and ResNet-152 of width 1.
/// </summary>
public static class TorchvisionNames
{
    /// <summary>
    /// Python code of the max-pool that replaces torchvision's. The padding of the max-pool is the only difference that a state_dict cannot
    /// express: TensorFlow pads an even side at the bottom and right only.
    /// </summary>
    public const string MaxPool = "torch.nn.Sequential(torch.nn.ZeroPad2d((0, 1, 0, 1)), torch.nn.MaxPool2d(3, 2))";

    private static readonly int[] Depths = [50, 101, 152];

    /// <summary>The reason why torchvision has no such network; null if it has.</summary>
    internal static string? Missing(EncoderPlan plan) =>
        plan.SelectiveKernel ? $"torchvision has no selective kernels, and this is {plan.Title}"
        : plan.Depth < Depths[0]
            ? $"ResNet-{plan.Depth} has a convolution on the skip of group 1, as the paper's networks do; torchvision's has none"
        : !Depths.Contains(plan.Depth) ? $"torchvision has no ResNet-{plan.Depth}"
        : plan.Width != 1 ? $"torchvision's wide networks widen the inner convolutions alone, and {plan.Title} widens all of them"
        : plan.StemKind != Stem.Imagenet ? "the stem is 'small', and torchvision's is the 7×7 convolution with a max-pool ('imagenet')"
        : plan.Channels != 3 ? "torchvision's networks take three colour channels"
        : null;

    /// <summary>
    /// torchvision's name of each tensor, by its name in our checkpoints. A classifier on a layer of the projection head has no counterpart
    /// and is left out.
    /// </summary>
    internal static IReadOnlyDictionary<string, string> Of(NetworkLayers network)
    {
        var names = new Dictionary<string, string>();

        void Add(WeightLayer layer, string kernel, string norm)
        {
            foreach (var tensor in layer.Tensors)
            {
                names[tensor.Name] = tensor.Part switch
                {
                    WeightPart.Kernel => $"{kernel}.weight",
                    WeightPart.Bias => $"{kernel}.bias",
                    WeightPart.Scale => $"{norm}.weight",
                    WeightPart.Shift => $"{norm}.bias",
                    WeightPart.Mean => $"{norm}.running_mean",
                    _ => $"{norm}.running_var",
                };
            }
        }

        Add(network.Encoder.Stem[0], "conv1", "bn1");
        foreach (var block in network.Encoder.Blocks)
        {
            var path = FormattableString.Invariant($"layer{block.Group}.{block.Index}");
            foreach (var (layer, i) in block.Main.Select(static (layer, i) => (layer, i + 1)))
            {
                Add(layer, FormattableString.Invariant($"{path}.conv{i}"), FormattableString.Invariant($"{path}.bn{i}"));
            }

            if (block.Skip is { } skip)
            {
                Add(skip, $"{path}.downsample.0", $"{path}.downsample.1");
            }
        }

        if (network is { Head.Count: 0, Classifier: { } classifier })
        {
            Add(classifier, "fc", norm: "");
        }

        return names;
    }

    /// <summary>
    /// Whether the network of a stage has a classifier directly on the encoder's output, which torchvision calls <c>fc</c>.
    /// </summary>
    /// <param name="plan">The experiment's plan.</param>
    /// <param name="stage">The stage whose network is exported.</param>
    /// <exception cref="ArgumentException">The plan has no such stage, or the stage leaves no network.</exception>
    public static bool HasClassifier(Plan plan, string stage) => NetworkLayers.Of(plan, stage) is { Head.Count: 0, Classifier: not null };

    /// <summary>The names of the counters (<c>num_batches_tracked</c>) of torchvision's batch norms, one for each running mean.</summary>
    internal static IEnumerable<string> Counters(IEnumerable<string> names) =>
        names
            .Where(static name => name.EndsWith(".running_mean", StringComparison.Ordinal))
            .Select(static name => name.Replace(".running_mean", ".num_batches_tracked", StringComparison.Ordinal));
}
