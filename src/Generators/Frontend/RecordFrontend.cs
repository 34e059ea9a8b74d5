using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SimClrDsl.Generators.Diagnostics;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Frontend;

/// <summary>
/// Reads an experiment that is declared as a C# property into the same tree that YAML is read into. A generator cannot run the property:
/// its expression is walked.
/// </summary>
internal static class RecordFrontend
{
    public static bool IsProperty(SyntaxNode node) => node is PropertyDeclarationSyntax;

    public static SpecResult Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var property = (PropertyDeclarationSyntax)context.TargetNode;
        var origin = Spans.Of(property.Identifier.GetLocation());
        var errors = new List<SpecError>();
        var root = Lower(property, context.SemanticModel.Compilation, [], errors, cancellation);
        return SpecResult.Of(SpecReader.FromParsed(new(root, errors.ToSequence())), origin);
    }

    /// <summary>The tree of a property's expression, whichever file it is declared in.</summary>
    /// <param name="within">The properties that led here.</param>
    /// <param name="errors">Takes what cannot be read.</param>
    internal static SpecNode Lower(
        PropertyDeclarationSyntax property,
        Compilation compilation,
        ImmutableStack<PropertyDeclarationSyntax> within,
        List<SpecError> errors,
        CancellationToken cancellation
    )
    {
        var expression = property.ExpressionBody?.Expression ?? property.Initializer?.Value;
        if (expression is null)
        {
            return NotDeclarative(property, property.Identifier.ValueText, errors);
        }

        var operation = compilation.GetSemanticModel(expression.SyntaxTree).GetOperation(expression, cancellation);
        return operation is null
            ? NotDeclarative(expression, expression.ToString(), errors)
            : new OperationReader(compilation, within.Push(property), errors, cancellation).Lower(operation);
    }

    /// <summary>Notes that an expression cannot be read; what it stands for is not known.</summary>
    internal static SpecNode NotDeclarative(SyntaxNode syntax, string what, List<SpecError> errors)
    {
        var span = Spans.Of(syntax.GetLocation());
        errors.Add(Descriptors.NotDeclarative.At(span, "", what.Replace("\r", "").Replace("\n", " ")));
        return new SpecNode.Unread(span);
    }
}
