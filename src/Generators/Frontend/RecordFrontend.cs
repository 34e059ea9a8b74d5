using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SimClrDsl.Generators.Diagnostics;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Frontend;

/// <summary>
/// Reads an experiment that is declared as a C# property, and makes the same tree as of YAML. A generator cannot run code, so it walks the
/// property's expression.
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

    /// <summary>The tree of a property's expression, in whichever file it is declared.</summary>
    /// <param name="property">The property.</param>
    /// <param name="compilation">The compilation that contains the property.</param>
    /// <param name="within">The properties whose expressions led to this one, the innermost first.</param>
    /// <param name="errors">Errors are added to this list.</param>
    /// <param name="cancellation">Cancels the generator.</param>
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

    /// <summary>Adds the error that an expression cannot be read, and gives the unread node that takes its place.</summary>
    internal static SpecNode NotDeclarative(SyntaxNode syntax, string what, List<SpecError> errors)
    {
        var span = Spans.Of(syntax.GetLocation());
        errors.Add(Descriptors.NotDeclarative.At(span, "", what.Replace("\r", "").Replace("\n", " ")));
        return new SpecNode.Unread(span);
    }
}
