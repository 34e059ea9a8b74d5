namespace SimClrDsl.Generators.Emit;

/// <summary>Identifiers and shapes as text.</summary>
internal static class Names
{
    public static string Camel(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);

    public static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);

    /// <summary>A property name as a checkpoint key: <c>Group1Entry</c> becomes <c>group1_entry</c>.</summary>
    public static string Snake(string name) =>
        string.Concat(
            name.Select(
                static (character, i) =>
                    char.IsUpper(character) && i > 0 ? $"_{char.ToLowerInvariant(character)}" : $"{char.ToLowerInvariant(character)}"
            )
        );

    /// <summary>A comment with a feature map's shape.</summary>
    public static string Shape(int channels, int side) => $"[N, {channels}, {side}, {side}]";

    /// <summary>A comment with images as the network takes them, of which it names no tensor's shape: in bfloat16 a pixel is two numbers.</summary>
    public static string Images(int channels, int side, string count = "N") => $"{count} images of [{channels}, {side}, {side}]";

    /// <summary>A comment with a vector's shape.</summary>
    public static string Shape(int features) => $"[N, {features}]";
}
