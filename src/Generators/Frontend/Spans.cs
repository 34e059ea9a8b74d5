using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using SimClrDsl.Reading;

namespace SimClrDsl.Generators.Frontend;

/// <summary>Places in files: Roslyn's own keep the syntax tree alive and change with every edit, so values are kept instead.</summary>
internal static class Spans
{
    public static SourceSpan Of(Location location)
    {
        var lines = location.GetLineSpan();
        return new(
            lines.Path,
            location.SourceSpan.Start,
            location.SourceSpan.Length,
            lines.StartLinePosition.Line + 1,
            lines.StartLinePosition.Character + 1,
            lines.EndLinePosition.Line + 1,
            lines.EndLinePosition.Character + 1
        );
    }

    public static Location ToLocation(this SourceSpan span) =>
        Location.Create(
            span.File,
            new TextSpan(span.Start, span.Length),
            new LinePositionSpan(new(span.Line - 1, span.Column - 1), new(span.EndLine - 1, span.EndColumn - 1))
        );
}
