namespace SimClrDsl.Generators.Emit;

/// <summary>A statement of generated code.</summary>
/// <param name="Line">The statement on one line.</param>
/// <param name="Broken">The lines that it is broken into if one line is too long.</param>
internal sealed record Statement(string Line, IReadOnlyList<string> Broken)
{
    /// <summary>A statement that is never broken.</summary>
    public static implicit operator Statement(string line) => new(line, [line]);

    /// <summary>A call, each of whose arguments has a line of its own if one line is too long.</summary>
    public static Statement Call(string open, IReadOnlyList<string> arguments, string close = ");") =>
        new(
            $"{open}{string.Join(", ", arguments)}{close}",
            [open, .. arguments.Select((argument, i) => $"    {argument}{(i < arguments.Count - 1 ? "," : "")}"), close]
        );

    /// <summary>Statements that are never broken, one for each line of a template.</summary>
    public static IReadOnlyList<Statement> Lines(string template) => [.. template.Split('\n').Select(static line => (Statement)line)];
}
