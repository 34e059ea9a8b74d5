namespace SimClrDsl.Reading;

/// <summary>A node together with the key whose value it is.</summary>
/// <param name="Node">The node.</param>
/// <param name="Path">The dotted path of its key; empty for the whole file.</param>
/// <param name="Key">Where its key is written, which is where missing keys within it are reported.</param>
internal sealed record Located(SpecNode Node, string Path, SourceSpan Key)
{
    /// <summary>The whole file; keys that are missing in it are reported at its first key.</summary>
    public static Located Root(SpecNode root) =>
        new(root, Path: "", root is SpecNode.Map { Entries: { Count: > 0 } entries } ? entries[0].KeySpan : root.Span);

    public Located Child(SpecNode.Entry entry) => new(entry.Value, Join(Path, entry.Key), entry.KeySpan);

    public Located Item(SpecNode item, int index) => new(item, $"{Path}[{index}]", item.Span);

    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>
    /// Where to report an error about the value at a path: at the value itself, but for a map at its key, because a whole map is too much
    /// to underline. For a value that is left out, it is the key of the innermost map that would contain it.
    /// </summary>
    public SourceSpan Locate(string path)
    {
        var (key, rest) = path.IndexOf('.') is var dot and >= 0 ? (path.Substring(0, dot), path.Substring(dot + 1)) : (path, "");
        return Node is SpecNode.Map map && map.Find(key) is { } entry ? Child(entry).Locate(rest)
            : Node is SpecNode.Map || Node is SpecNode.Scalar { IsEmpty: true } ? Key
            : Node.Span;
    }
}
