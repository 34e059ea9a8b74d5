namespace SimClrDsl.Reading;

/// <summary>
/// A piece of a file, which an editor underlines. It has offsets as well as lines and columns because a Roslyn <c>Location</c> needs both.
/// </summary>
/// <param name="File">Path of the file.</param>
/// <param name="Start">Offset of the first character, from 0.</param>
/// <param name="Length">Number of characters.</param>
/// <param name="Line">Line of the first character, from 1.</param>
/// <param name="Column">Column of the first character, from 1.</param>
/// <param name="EndLine">Line of the end, from 1.</param>
/// <param name="EndColumn">Column after the last character, from 1.</param>
public sealed record SourceSpan(string File, int Start, int Length, int Line, int Column, int EndLine, int EndColumn)
{
    /// <summary>The start of a file, for errors about the file as a whole.</summary>
    public static SourceSpan StartOf(string file) => new(file, Start: 0, Length: 0, Line: 1, Column: 1, EndLine: 1, EndColumn: 1);

    /// <summary>From the start of this piece to the end of a later one.</summary>
    public SourceSpan To(SourceSpan last) =>
        this with
        {
            Length = Math.Max(last.Start + last.Length - Start, Length),
            EndLine = last.EndLine,
            EndColumn = last.EndColumn,
        };

    /// <summary>File, line and column, in the form that compilers use: <c>file(line,column)</c>.</summary>
    public override string ToString() => $"{File}({Line},{Column})";
}
