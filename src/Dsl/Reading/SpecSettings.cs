using LanguageExt;

namespace SimClrDsl.Reading;

/// <summary>Settings that a command line gives over those of a spec: <c>pretrain.epochs=2</c>, the value as YAML writes it.</summary>
public static class SpecSettings
{
    private const string Value = "value";

    /// <summary>The spec with the settings, typed and checked as if its file had them; the name stays, the hash is another one.</summary>
    /// <param name="spec">A spec that every rule accepts.</param>
    /// <param name="settings">Each a dotted key, an equals sign and a value.</param>
    public static Validation<SpecError, Spec> Set(this Spec spec, IReadOnlyList<string> settings) =>
        settings.Count == 0
            ? spec
            : Validations
                .All(settings.Select(Parse))
                .Bind(choices =>
                    YamlFrontend
                        .Read(spec.Name, SpecWriter.Write(spec))
                        .Bind(root => SpecReader.FromNode(Matrix.Set((SpecNode.Map)root, choices)))
                );

    // An error in a value is shown beside the setting itself, which stands where the name of a file would.
    private static Validation<SpecError, Matrix.Choice> Parse(string setting)
    {
        var source = $"--set {setting}";
        var at = SourceSpan.StartOf(source);
        var equals = setting.IndexOf('=');
        var (key, value) = equals < 0 ? ("", "") : (setting.Substring(0, equals).Trim(), setting.Substring(equals + 1));
        return value.Length > 0 && key.Split('.').All(static part => part.Length > 0)
            ? YamlFrontend
                .Read(source, $"{Value}: {value}")
                .Map(root => new Matrix.Choice(key, at, ((SpecNode.Map)root).Find(Value)!.Value))
            : SpecErrors.SettingForm.At(at, "");
    }
}
