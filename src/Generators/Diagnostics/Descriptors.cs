using Microsoft.CodeAnalysis;
using SimClrDsl.Reading;

namespace SimClrDsl.Generators.Diagnostics;

/// <summary>The generator's diagnostics. Errors in a spec's content have the ids of <see cref="SpecErrors"/>.</summary>
internal static class Descriptors
{
    private const string Category = "SimClrDsl";

    /// <summary>
    /// A spec in C# contains an expression that cannot be read. Specs are read from source code and not run, so only constants, object
    /// creation, <c>with</c> and references to other specs can be used.
    /// </summary>
    public static SpecErrorKind NotDeclarative { get; } =
        new(
            "SCLR100",
            "Spec that cannot be read",
            "'{1}' cannot be read at compile time: use constants, 'new', 'with' and references to other specs."
        );

    /// <summary>Two experiments have the same identifier, and would be generated into the same namespace.</summary>
    public static SpecErrorKind SameName { get; } =
        new("SCLR101", "Two experiments of one name", "Two experiments are named {0} in code: rename one of them.");

    /// <summary>An experiment has the name of the class that lists all experiments of a project.</summary>
    public static SpecErrorKind ReservedName { get; } =
        new(
            "SCLR102",
            "Name that is taken",
            "An experiment cannot be named {0} in code, as the class that lists all experiments: rename it."
        );

    private static readonly Dictionary<string, DiagnosticDescriptor> ById = SpecErrors
        .All.Append(NotDeclarative)
        .Append(SameName)
        .Append(ReservedName)
        .ToDictionary(static kind => kind.Id, Descriptor);

    /// <summary>The descriptor with an id.</summary>
    public static DiagnosticDescriptor Of(string id) => ById[id];

    // The message of an error is complete already, so the format of the descriptor only passes it on.
    private static DiagnosticDescriptor Descriptor(SpecErrorKind kind) =>
        new(kind.Id, kind.Title, "{0}", Category, DiagnosticSeverity.Error, isEnabledByDefault: true);
}
