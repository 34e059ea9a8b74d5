using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>A setting that a command line gives over those of a file, as a node like those of the file.</summary>
/// <param name="Path">Its dotted key.</param>
/// <param name="Source">The words of the command line, which stand where the name of a file would.</param>
/// <param name="Value">What it is set to; not read where there is an error.</param>
public sealed record SpecSetting(string Path, string Source, SpecNode Value)
{
    /// <summary>The place of its errors.</summary>
    public SourceSpan Span => SourceSpan.StartOf(Source);
}

/// <summary>Settings of a command line: <c>pretrain.epochs=2</c>, the value as YAML writes it.</summary>
public static class SpecSettings
{
    private const string Value = "value";

    /// <summary>The setting that <c>--seed</c> is.</summary>
    public static SpecSetting Seed(int seed) =>
        new("seed", $"--seed {seed}", new SpecNode.Scalar($"{seed}", Quoted: false, SourceSpan.StartOf($"--seed {seed}")));

    /// <summary>What the words after <c>--set</c> mean: a dotted key, an equals sign and a value, which may hold further equals signs.</summary>
    public static (SpecSetting? Setting, Sequence<SpecError> Errors) Parse(string words)
    {
        var source = $"--set {words}";
        var at = SourceSpan.StartOf(source);
        var equals = words.IndexOf('=');
        var (key, value) = equals < 0 ? ("", "") : (words.Substring(0, equals).Trim(), words.Substring(equals + 1).Trim());
        if (value.Length == 0 || key.Split('.').Any(static part => part.Length == 0))
        {
            return (null, [SpecErrors.SettingForm.At(at, "")]);
        }

        if (Keys.Fault(key) is { } unknown)
        {
            return (unknown.Meant is { } meant ? new(meant, source, new SpecNode.Unread(at)) : null, [unknown.Fault.At(at)]);
        }

        if (IsLiteral(key, value))
        {
            return (new(key, source, new SpecNode.Scalar(value, Quoted: true, at)), []);
        }

        var parsed = YamlFrontend.Read(source, $"{Value}: {value}");
        var node = (parsed.Root as SpecNode.Map)?.Find(Value)?.Value ?? new SpecNode.Unread(at);
        return (new(key, source, node), parsed.Errors);
    }

    // The text of a field that takes text is taken as it is: to YAML a path with ' #' or ': ' in it would end there.
    private static bool IsLiteral(string key, string value) =>
        Keys.Field(key)?.Kind == ValueKind.Text && value[0] is not ('"' or '\'') && value is not ("none" or "null" or "~");
}
