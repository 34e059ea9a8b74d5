using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using SimClrDsl.Reading;

namespace SimClrDsl.Generators.Frontend;

/// <summary>
/// Converts between Roslyn's locations and spans. The generator keeps spans, because a location keeps its syntax tree in memory and differs
/// after every edit.
/// </summary>
internal static class Spans
{
    public static SourceSpan Of(Location location)
    {
        var lines = location.GetLineSpan();
        return new(
            File: lines.Path,
            Start: location.SourceSpan.Start,
            Length: location.SourceSpan.Length,
            Line: lines.StartLinePosition.Line + 1,
            Column: lines.StartLinePosition.Character + 1,
            EndLine: lines.EndLinePosition.Line + 1,
            EndColumn: lines.EndLinePosition.Character + 1
        );
    }

    public static Location ToLocation(this SourceSpan span) =>
        Location.Create(
            span.File,
            new TextSpan(span.Start, span.Length),
            new LinePositionSpan(new(span.Line - 1, span.Column - 1), new(span.EndLine - 1, span.EndColumn - 1))
        );
}
