namespace SimClrDsl.Generators.Emit;

/// <summary>A line of code, and the lines it is broken into where it does not fit.</summary>
internal sealed record Statement(string Line, IReadOnlyList<string> Broken)
{
    public static implicit operator Statement(string line) => new(line, [line]);
}
