using LanguageExt;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Weights.Names;

/// <summary>
/// Finds an encoder among the names of a file of another program. torchvision and timm use torchvision's names; solo-learn puts a prefix
/// before them; lightly keeps the layers in a sequence, so that numbers stand in the place of the first part of each name.
/// </summary>
/// <param name="Prefix">What stands before the names of the encoder: <c>state_dict.backbone.</c>.</param>
/// <param name="IsNumbered">Whether the first part of each name is a number.</param>
internal sealed record ForeignEncoder(string Prefix, bool IsNumbered)
{
    // The place of torchvision's modules in a sequence of them: bn1 is followed by a ReLU and the max-pool.
    private static readonly string[] Sequence = ["conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4"];

    private const string First = "conv1.weight";
    private const string Block = "layer1.0.conv1.weight";

    /// <summary>The name in the file of a tensor that torchvision gives a name.</summary>
    public string NameOf(string torchvision) => Prefix + (IsNumbered ? Numbered(torchvision) : torchvision);

    /// <summary>Whether a tensor of the file is one of the encoder's: of its convolutions or batch norms, without their counters.</summary>
    public bool Owns(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && name[Prefix.Length..].Split('.')[0] is var part
        && Sequence.Any(module => part == (IsNumbered ? Numbered($"{module}.")[..^1] : module))
        && !name.EndsWith(".num_batches_tracked", StringComparison.Ordinal);

    /// <summary>The only encoder of a file, or the one with a prefix.</summary>
    /// <param name="path">Path of the file, for messages.</param>
    /// <param name="names">Names of its tensors.</param>
    /// <param name="prefix">The prefix that is asked for, or null.</param>
    /// <returns>The encoder; an error if there is none, or there are several and no prefix is given.</returns>
    public static Either<InputError, ForeignEncoder> Find(string path, IEnumerable<string> names, string? prefix)
    {
        var all = names.ToHashSet();
        List<ForeignEncoder> found =
        [
            .. all.Where(name => EndsWithPart(name, First))
                .Select(static name => new ForeignEncoder(name[..^First.Length], IsNumbered: false)),
            .. all.Where(static name => EndsWithPart(name, "0.weight"))
                .Select(static name => new ForeignEncoder(name[..^"0.weight".Length], IsNumbered: true)),
        ];
        found = [.. found.Where(encoder => all.Contains(encoder.NameOf(First)) && all.Contains(encoder.NameOf(Block)))];
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
            [] => new InputError($"{path} holds no residual network: no tensor is named {First} or 0.weight beside those of blocks."),
            [var only] => only,
            _ => new InputError($"{path} holds several residual networks: choose one by --prefix, which is one of {shown}."),
        };
    }

    private static bool EndsWithPart(string name, string part) => name == part || name.EndsWith($".{part}", StringComparison.Ordinal);

    private static string Numbered(string torchvision)
    {
        var dot = torchvision.IndexOf('.', StringComparison.Ordinal);
        return FormattableString.Invariant($"{Array.IndexOf(Sequence, torchvision[..dot])}{torchvision[dot..]}");
    }
}
