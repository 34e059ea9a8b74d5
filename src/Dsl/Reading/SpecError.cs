namespace SimClrDsl.Reading;

/// <summary>Something wrong with a spec: which rule, in words, where in the file, and at which key.</summary>
/// <param name="Id">One of <see cref="SpecErrors"/>.</param>
/// <param name="Message">What is wrong and what to do, in one line.</param>
/// <param name="Span">The piece of the file to underline.</param>
/// <param name="Path">The key, as in <c>pretrain.head.layers</c>; empty for the file as a whole.</param>
public sealed record SpecError(string Id, string Message, SourceSpan Span, string Path)
{
    /// <summary>The form compilers use, which editors and terminals turn into a link.</summary>
    public override string ToString() => $"{Span}: error {Id}: {Message}";
}

/// <summary>A broken rule before it is located: rules see the spec, not the file.</summary>
public sealed record Violation(SpecErrorKind Kind, string Path, string Message)
{
    public SpecError At(SourceSpan span) => new(Kind.Id, Message, span, Path);
}
