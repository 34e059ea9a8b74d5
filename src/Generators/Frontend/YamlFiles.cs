using Microsoft.CodeAnalysis;
using SimClrDsl.Reading;

namespace SimClrDsl.Generators.Frontend;

/// <summary>A YAML file that was given to the compiler.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="Text">Text of the file.</param>
internal sealed record YamlFile(string Path, string Text)
{
    public static bool IsYaml(AdditionalText file) =>
        file.Path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || file.Path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    public static YamlFile Read(AdditionalText file, CancellationToken cancellation) =>
        new(file.Path, file.GetText(cancellation)?.ToString() ?? "");

    public SpecResult ToSpec() => SpecResult.Of(SweepReader.ReadYaml(Path, Text), SourceSpan.StartOf(Path));
}
