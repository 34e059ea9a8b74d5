using Microsoft.CodeAnalysis;
using SimClrDsl.Reading;

namespace SimClrDsl.Generators.Diagnostics;

/// <summary>What the compiler is told is wrong. Errors of a spec's content keep the ids of <see cref="SpecErrors"/>.</summary>
internal static class Descriptors
{
    private const string Category = "SimClrDsl";

    /// <summary>A C# spec is read, not run: only constants, object creation, <c>with</c> and references to other specs can be.</summary>
    public static SpecErrorKind NotDeclarative { get; } =
        new(
            "SCLR100",
            "Spec that cannot be read",
            "'{1}' cannot be read at compile time: use constants, 'new', 'with' and references to other specs."
        );

    /// <summary>Two experiments would be generated into the same namespace.</summary>
    public static SpecErrorKind SameName { get; } =
        new("SCLR101", "Two experiments of one name", "Two experiments are named {0} in code: rename one of them.");

    private static readonly Dictionary<string, DiagnosticDescriptor> ById = SpecErrors
        .All.Append(NotDeclarative)
        .Append(SameName)
        .ToDictionary(static kind => kind.Id, Descriptor);

    public static DiagnosticDescriptor Of(string id) => ById[id];

    // The message is already complete: it is one line that says what is wrong, where, and what to do.
    private static DiagnosticDescriptor Descriptor(SpecErrorKind kind) =>
        new(kind.Id, kind.Title, "{0}", Category, DiagnosticSeverity.Error, isEnabledByDefault: true);
}
