using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Frontend;

/// <summary>
/// Converts Roslyn's operations of a spec's expression to nodes: constants, object creation, <c>with</c>, lists and references to other
/// specs. Any other operation is reported as an error, and becomes an unread node.
/// </summary>
/// <param name="compilation">The compilation that contains the spec.</param>
/// <param name="within">The properties that are being read, the innermost first.</param>
/// <param name="errors">Errors are added to this list.</param>
/// <param name="cancellation">Cancels the generator.</param>
internal sealed class OperationReader(
    Compilation compilation,
    ImmutableStack<PropertyDeclarationSyntax> within,
    List<SpecError> errors,
    CancellationToken cancellation
)
{
    private static readonly Dictionary<string, RecordShape> Shapes = RecordShape
        .Everywhere.Select(static at => at.Shape)
        .GroupBy(static shape => shape.Type.FullName!)
        .ToDictionary(static group => group.Key, static group => group.First());

    /// <summary>The node of an operation.</summary>
    public SpecNode Lower(IOperation operation)
    {
        var span = Spans.Of(operation.Syntax.GetLocation());
        return operation switch
        {
            { ConstantValue: { HasValue: true, Value: var value } } => Constant(operation, value, span),
            IConversionOperation conversion => Lower(conversion.Operand),
            IParenthesizedOperation parenthesized => Lower(parenthesized.Operand),
            IDefaultValueOperation => Scalar("none", span),
            IObjectCreationOperation { Type.Name: nameof(Interval), Arguments.Length: 2, Initializer: null } interval => Items(
                interval.Arguments.OrderBy(static argument => argument.Parameter!.Ordinal).Select(static argument => argument.Value),
                span
            ),
            IObjectCreationOperation creation => Map(creation.Initializer, span),
            IWithOperation with => Merge(Lower(with.Operand), Map(with.Initializer, span)),
            ICollectionExpressionOperation list => Items(list.Elements, span),
            IInvocationOperation { TargetMethod: { ContainingType.Name: nameof(Amount), Name: nameof(Amount.Percent) } } percent =>
                Suffixed(Lower(percent.Arguments[0].Value), "%"),
            IInvocationOperation { TargetMethod: { ContainingType.Name: nameof(Amount), Name: nameof(Amount.Count) } } count => Lower(
                count.Arguments[0].Value
            ),
            IPropertyReferenceOperation { Property: { ContainingType.Name: nameof(Amount), Name: nameof(Amount.All) } } => Scalar(
                "100%",
                span
            ),
            IPropertyReferenceOperation { Property.IsStatic: true } reference => Referenced(reference),
            _ => NotDeclarative(operation.Syntax),
        };
    }

    // A property that refers to itself, directly or through others, is an error.
    private SpecNode Referenced(IPropertyReferenceOperation reference) =>
        reference.Property.DeclaringSyntaxReferences.Select(declared => declared.GetSyntax(cancellation)).FirstOrDefault()
            is PropertyDeclarationSyntax property
        && !within.Contains(property)
            ? RecordFrontend.Lower(property, compilation, within, errors, cancellation)
            : NotDeclarative(reference.Syntax);

    private SpecNode Map(IObjectOrCollectionInitializerOperation? initializer, SourceSpan span)
    {
        var entries = (initializer?.Initializers ?? []).Select(Entry).ToArray();
        return new SpecNode.Map(entries.OfType<SpecNode.Entry>().ToSequence(), span)
        {
            IsPartial = entries.Any(static entry => entry is null),
        };
    }

    // The entry of an assignment to a property; null for anything else.
    private SpecNode.Entry? Entry(IOperation initializer)
    {
        var (target, value) = initializer switch
        {
            ISimpleAssignmentOperation { Target: IPropertyReferenceOperation assigned } assignment => (assigned, assignment.Value),
            IMemberInitializerOperation { InitializedMember: IPropertyReferenceOperation initialized } => (initialized, null),
            _ => ((IPropertyReferenceOperation?)null, (IOperation?)null),
        };
        var node = value is null ? NotDeclarative(initializer.Syntax) : Lower(value);
        return target is null ? null : new(Key(target.Property), Spans.Of(target.Syntax.GetLocation()), node);
    }

    private SpecNode NotDeclarative(SyntaxNode syntax) => RecordFrontend.NotDeclarative(syntax, syntax.ToString(), errors);

    private static string Key(IPropertySymbol property)
    {
        var type = property.ContainingType.ToDisplayString();
        return
            Shapes.TryGetValue(type, out var shape)
            && shape.Fields.FirstOrDefault(field => field.Property.Name == property.Name) is { } field
            ? field.Key
            : property.Name;
    }

    private SpecNode.List Items(IEnumerable<IOperation> items, SourceSpan span) => new(items.Select(Lower).ToSequence(), span);

    // The tree of a 'with' expression: the changes replace the original's values, and its other values stay.
    private static SpecNode Merge(SpecNode original, SpecNode changes) =>
        (original, changes) switch
        {
            (SpecNode.Map old, SpecNode.Map changed) => changed with
            {
                Entries = [.. old.Entries.Where(entry => changed.Find(entry.Key) is null), .. changed.Entries],
                IsPartial = old.IsPartial || changed.IsPartial,
            },
            (SpecNode.Unread, SpecNode.Map changed) => changed with { IsPartial = true },
            _ => changes,
        };

    private static SpecNode Constant(IOperation operation, object? value, SourceSpan span) =>
        value switch
        {
            null => Scalar("none", span),
            string text => new SpecNode.Scalar(text, Quoted: true, span),
            bool flag => Scalar(flag ? "true" : "false", span),
            double number => Scalar(number.ToString("R", CultureInfo.InvariantCulture), span),
            _ when operation.Type is INamedTypeSymbol { TypeKind: TypeKind.Enum } choice => Scalar(Choice(choice, value), span),
            _ => Scalar(Convert.ToString(value, CultureInfo.InvariantCulture)!, span),
        };

    private static string Choice(INamedTypeSymbol choice, object value) =>
        RecordShape.KebabCase(
            choice.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(field => Equals(field.ConstantValue, value))?.Name ?? $"{value}"
        );

    private static SpecNode Suffixed(SpecNode node, string suffix) =>
        node is SpecNode.Scalar scalar ? scalar with { Text = scalar.Text + suffix } : node;

    private static SpecNode.Scalar Scalar(string text, SourceSpan span) => new(text, Quoted: false, span);
}
