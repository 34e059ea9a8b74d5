namespace SimClrDsl.Generators.Emit;

/// <summary>A generated file.</summary>
/// <param name="HintName">Name of the file: <c>FashionMnist.Steps.g.cs</c>.</param>
/// <param name="Text">The text; equal plans give the same bytes.</param>
public sealed record SourceFile(string HintName, string Text);
