namespace SimClrDsl.Reading;

/// <summary>
/// A piece of a file: what an editor underlines. Lines and columns count from 1, <paramref name="Start"/> is the offset of the first
/// character; together they are what a Roslyn <c>Location</c> is made of.
/// </summary>
public sealed record SourceSpan(string File, int Start, int Length, int Line, int Column, int EndLine, int EndColumn)
{
    /// <summary>The first place of a file, for errors about the file as a whole.</summary>
    public static SourceSpan StartOf(string file) => new(file, Start: 0, Length: 0, Line: 1, Column: 1, EndLine: 1, EndColumn: 1);

    /// <summary>From the start of this piece to the end of a later one.</summary>
    public SourceSpan To(SourceSpan last) =>
        this with
        {
            Length = Math.Max(last.Start + last.Length - Start, Length),
            EndLine = last.EndLine,
            EndColumn = last.EndColumn,
        };

    public override string ToString() => $"{File}({Line},{Column})";
}
