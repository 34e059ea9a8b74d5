namespace SimClrDsl.Generators.Emit;

/// <summary>Forms of identifiers, and shapes in comments.</summary>
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

    /// <summary>The shape of a feature map, for a comment.</summary>
    public static string Shape(int channels, int side) => $"[N, {channels}, {side}, {side}]";

    /// <summary>
    /// Images as a network takes them, for a comment. It is not the shape of a tensor, because in bfloat16 the tensor has two numbers for
    /// each pixel.
    /// </summary>
    public static string Images(int channels, int side, string count = "N") => $"{count} images of [{channels}, {side}, {side}]";

    /// <summary>The shape of a batch of vectors, for a comment.</summary>
    public static string Shape(int features) => $"[N, {features}]";
}
