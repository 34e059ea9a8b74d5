namespace SimClrDsl.Reading;

/// <summary>An error in a spec, with its place in the file.</summary>
/// <param name="Id">Id of the kind of error, one of <see cref="SpecErrors"/>: <c>SCLR007</c>.</param>
/// <param name="Message">What is wrong and how to correct it, in one line.</param>
/// <param name="Span">The piece of the file to underline.</param>
/// <param name="Path">The dotted key, as in <c>pretrain.head.layers</c>; empty for the file as a whole.</param>
public sealed record SpecError(string Id, string Message, SourceSpan Span, string Path)
{
    /// <summary>The error in the form that compilers use, which editors and terminals turn into a link.</summary>
    public override string ToString() => $"{Span}: error {Id}: {Message}";
}

/// <summary>A broken rule, without a place in the file: rules see the spec, not the file.</summary>
/// <param name="Kind">The kind of error.</param>
/// <param name="Path">The dotted key that the rule is about; empty for the spec as a whole.</param>
/// <param name="Message">What is wrong and how to correct it, in one line.</param>
public sealed record Violation(SpecErrorKind Kind, string Path, string Message)
{
    /// <summary>The error at a place in a file.</summary>
    public SpecError At(SourceSpan span) => new(Kind.Id, Message, span, Path);
}
