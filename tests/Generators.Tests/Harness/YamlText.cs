using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace SimClrDsl.Generators.Tests.Harness;

/// <summary>A YAML file in memory; without a text, one that the compiler could not read.</summary>
internal sealed class YamlText(string path, string? text) : AdditionalText
{
    public override string Path => path;

    public override SourceText? GetText(CancellationToken cancellationToken = default) =>
        text is null ? null : SourceText.From(text, Encoding.UTF8);
}
