namespace SimClrDsl.Generators.Emit;

/// <summary>A generated file.</summary>
/// <param name="HintName"><c>Experiment.Part.g.cs</c>.</param>
/// <param name="Text">Its text, the same to the byte for the same plan.</param>
public sealed record SourceFile(string HintName, string Text);
