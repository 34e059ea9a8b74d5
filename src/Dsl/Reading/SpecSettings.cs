using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>A setting on the command line, which replaces that of a file.</summary>
/// <param name="Path">The dotted key that is set.</param>
/// <param name="Source">The words of the command line, which errors show in place of a file's name.</param>
/// <param name="Value">The value, as a node like those of a file; unread where there is an error.</param>
public sealed record SpecSetting(string Path, string Source, SpecNode Value)
{
    /// <summary>Where errors of the setting are reported.</summary>
    public SourceSpan Span => SourceSpan.StartOf(Source);
}

/// <summary>Reads settings of a command line, such as <c>pretrain.epochs=2</c>, with values as in YAML.</summary>
public static class SpecSettings
{
    private const string Value = "value";

    /// <summary>The setting that <c>--seed</c> stands for.</summary>
    public static SpecSetting Seed(int seed) =>
        new("seed", $"--seed {seed}", new SpecNode.Scalar($"{seed}", Quoted: false, SourceSpan.StartOf($"--seed {seed}")));

    /// <summary>
    /// Reads the words after <c>--set</c>: a dotted key, an equals sign and a value, which may contain further equals signs. The setting is
    /// null where not even its key is known.
    /// </summary>
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
            return (unknown.Suggestion is { } suggestion ? new(suggestion, source, new SpecNode.Unread(at)) : null, [unknown.Fault.At(at)]);
        }

        if (IsLiteral(key, value))
        {
            return (new(key, source, new SpecNode.Scalar(value, Quoted: true, at)), []);
        }

        var parsed = YamlFrontend.Read(source, $"{Value}: {value}");
        var node = (parsed.Root as SpecNode.Map)?.Find(Value)?.Value ?? new SpecNode.Unread(at);
        return (new(key, source, node), parsed.Errors);
    }

    // The value of a text field is not parsed as YAML, in which a path that contains ' #' or ': ' would end there.
    private static bool IsLiteral(string key, string value) =>
        Keys.Field(key)?.Kind == ValueKind.Text && value[0] is not ('"' or '\'') && value is not ("none" or "null" or "~");
}
