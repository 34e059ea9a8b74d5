namespace SimClrDsl.Generators.Emit;

/// <summary>A statement of generated code.</summary>
/// <param name="Line">The statement on one line.</param>
/// <param name="Broken">The lines that it is broken into if one line is too long.</param>
internal sealed record Statement(string Line, IReadOnlyList<string> Broken)
{
    /// <summary>A statement that is never broken.</summary>
    public static implicit operator Statement(string line) => new(line, [line]);
}
