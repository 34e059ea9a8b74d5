using LanguageExt;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Weights.Names;

/// <summary>
/// Finds an encoder among the names of a file of another program. torchvision, timm, solo-learn and most code of papers use torchvision's
/// names after a prefix; lightly keeps the layers in a sequence, so that numbers stand in the place of the first part of each name.
/// </summary>
/// <param name="Prefix">What stands before the names of the encoder: <c>state_dict.backbone.</c>.</param>
/// <param name="Modules">The first part of each name, in the order of <see cref="Torchvision"/>.</param>
/// <param name="Skip">What the convolution and batch norm on a skip are in: <c>downsample</c>, or <c>shortcut</c>.</param>
internal sealed record ForeignEncoder(string Prefix, Sequence<string> Modules, string Skip)
{
    private const string Downsample = "downsample";

    // In lightly's own ResNets for small images, and in the many that look like them.
    private const string Shortcut = "shortcut";

    private const string First = "conv1.weight";

    // Of the first and the last group, by which the two sequences differ.
    private static readonly string[] Blocks = ["layer1.0.conv1.weight", "layer4.0.conv1.weight"];

    // The stem of timm's ResNet-D (resnet50d and others): conv1 is a sequence of three convolutions.
    private const string DeepStem = "conv1.0.weight";

    private static readonly string[] Torchvision = ["conv1", "bn1", "layer1", "layer2", "layer3", "layer4"];

    // The layers of a network in a sequence: torchvision's, which has a ReLU and a max-pool after the stem; and lightly's own, which has not.
    private static readonly Sequence<string>[] Layouts =
    [
        [.. Torchvision],
        ["0", "1", "4", "5", "6", "7"],
        ["0", "1", "2", "3", "4", "5"],
    ];

    /// <summary>The name in the file of a tensor that torchvision gives a name.</summary>
    public string NameOf(string torchvision)
    {
        var dot = torchvision.IndexOf('.', StringComparison.Ordinal);
        var rest = torchvision[dot..].Replace($".{Downsample}.", $".{Skip}.", StringComparison.Ordinal);
        return Prefix + Modules[Array.IndexOf(Torchvision, torchvision[..dot])] + rest;
    }

    /// <summary>Whether a tensor of the file is one of the encoder's: of its convolutions or batch norms, without their counters.</summary>
    public bool Owns(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && Modules.Contains(name[Prefix.Length..].Split('.')[0])
        && !name.EndsWith(".num_batches_tracked", StringComparison.Ordinal);

    /// <summary>The only encoder of a file, or the one with a prefix.</summary>
    /// <param name="path">Path of the file, for messages.</param>
    /// <param name="names">Names of its tensors.</param>
    /// <param name="prefix">The prefix that is asked for, or null.</param>
    /// <returns>The encoder; an error if there is none, or there are several and no prefix is given.</returns>
    public static Either<InputError, ForeignEncoder> Find(string path, IEnumerable<string> names, string? prefix)
    {
        var all = names.ToHashSet();
        List<ForeignEncoder> found = [.. Layouts.SelectMany(layout => All(all, layout))];
        var shown = string.Join(", ", found.Select(static encoder => $"'{encoder.Prefix}'").Order(StringComparer.Ordinal));
        if (prefix is not null)
        {
            return found.FirstOrDefault(encoder => encoder.Prefix == prefix) is { } chosen
                ? chosen
                : new InputError(
                    $"{path} has no residual network under the prefix '{prefix}': it has {(found.Count == 0 ? "none" : shown)}."
                );
        }

        return found switch
        {
            [] when all.Any(static name => EndsWithPart(name, DeepStem)) => new InputError(
                $"{path} holds a network whose stem has three convolutions (ResNet-D, as timm's resnet50d), which no encoder without "
                    + "selective kernels has here: take the weights of a plain one, such as resnet50."
            ),
            [] => new InputError($"{path} holds no residual network: no tensor is named {First} or 0.weight beside those of blocks."),
            [var only] => only,
            _ => new InputError($"{path} holds several residual networks: choose one by --prefix, which is one of {shown}."),
        };
    }

    private static IEnumerable<ForeignEncoder> All(IReadOnlySet<string> names, Sequence<string> layout)
    {
        var first = $"{layout[0]}.weight";
        foreach (var prefix in names.Where(name => EndsWithPart(name, first)).Select(name => name[..^first.Length]))
        {
            var encoder = new ForeignEncoder(prefix, layout, Downsample);
            if (Blocks.All(block => names.Contains(encoder.NameOf(block))))
            {
                var inBlocks = $"{prefix}{layout[3]}.0.";
                yield return names.Contains($"{inBlocks}{Shortcut}.0.weight") ? encoder with { Skip = Shortcut } : encoder;
            }
        }
    }

    private static bool EndsWithPart(string name, string part) => name == part || name.EndsWith($".{part}", StringComparison.Ordinal);
}
