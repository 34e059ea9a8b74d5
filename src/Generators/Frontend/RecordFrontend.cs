using System.Collections.Immutable;
using LanguageExt;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SimClrDsl.Generators.Diagnostics;
using SimClrDsl.Reading;

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
        var node = Lower(property, context.SemanticModel.Compilation, [], cancellation);
        return SpecResult.Of(node.Bind(SpecReader.FromNode), origin);
    }

    /// <summary>The tree of a property's expression, whichever file it is declared in.</summary>
    /// <param name="within">The properties that led here.</param>
    internal static Validation<SpecError, SpecNode> Lower(
        PropertyDeclarationSyntax property,
        Compilation compilation,
        ImmutableStack<PropertyDeclarationSyntax> within,
        CancellationToken cancellation
    )
    {
        var expression = property.ExpressionBody?.Expression ?? property.Initializer?.Value;
        if (expression is null)
        {
            return NotDeclarative(property, property.Identifier.ValueText);
        }

        var operation = compilation.GetSemanticModel(expression.SyntaxTree).GetOperation(expression, cancellation);
        return operation is null
            ? NotDeclarative(expression, expression.ToString())
            : new OperationReader(compilation, within.Push(property), cancellation).Lower(operation);
    }

    internal static Validation<SpecError, SpecNode> NotDeclarative(SyntaxNode syntax, string what) =>
        LanguageExt.Prelude.Fail<SpecError, SpecNode>(
            Descriptors.NotDeclarative.At(Spans.Of(syntax.GetLocation()), "", what.Replace("\r", "").Replace("\n", " "))
        );
}
