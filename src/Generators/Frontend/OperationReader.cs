using System.Collections.Immutable;
using System.Globalization;
using LanguageExt;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using SimClrDsl.Reading;
using static LanguageExt.Prelude;

namespace SimClrDsl.Generators.Frontend;

/// <summary>Operations of a spec's expression as nodes: constants, object creation, <c>with</c>, lists and references to other specs.</summary>
internal sealed class OperationReader(
    Compilation compilation,
    ImmutableStack<PropertyDeclarationSyntax> within,
    CancellationToken cancellation
)
{
    private static readonly Dictionary<string, RecordShape> Shapes = RecordShape
        .Everywhere.Select(static at => at.Shape)
        .GroupBy(static shape => shape.Type.FullName!)
        .ToDictionary(static group => group.Key, static group => group.First());

    public Validation<SpecError, SpecNode> Lower(IOperation operation)
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
            IInvocationOperation { TargetMethod: { ContainingType.Name: nameof(Amount), Name: nameof(Amount.Percent) } } percent => Lower(
                    percent.Arguments[0].Value
                )
                .Map(node => Suffixed(node, "%")),
            IInvocationOperation { TargetMethod: { ContainingType.Name: nameof(Amount), Name: nameof(Amount.Count) } } count => Lower(
                count.Arguments[0].Value
            ),
            IPropertyReferenceOperation { Property: { ContainingType.Name: nameof(Amount), Name: nameof(Amount.All) } } => Scalar(
                "100%",
                span
            ),
            IPropertyReferenceOperation { Property.IsStatic: true } reference => Referenced(reference),
            _ => RecordFrontend.NotDeclarative(operation.Syntax, operation.Syntax.ToString()),
        };
    }

    // A property in terms of itself has no value.
    private Validation<SpecError, SpecNode> Referenced(IPropertyReferenceOperation reference) =>
        reference.Property.DeclaringSyntaxReferences.Select(declared => declared.GetSyntax(cancellation)).FirstOrDefault()
            is PropertyDeclarationSyntax property
        && !within.Contains(property)
            ? RecordFrontend.Lower(property, compilation, within, cancellation)
            : RecordFrontend.NotDeclarative(reference.Syntax, reference.Syntax.ToString());

    private Validation<SpecError, SpecNode> Map(IObjectOrCollectionInitializerOperation? initializer, SourceSpan span)
    {
        var entries = (initializer?.Initializers ?? []).Select(Entry).ToArray();
        return Sequenced(entries).Map(all => (SpecNode)new SpecNode.Map(all, span));
    }

    private Validation<SpecError, SpecNode.Entry> Entry(IOperation initializer)
    {
        if (initializer is not ISimpleAssignmentOperation { Target: IPropertyReferenceOperation target, Value: var value })
        {
            return RecordFrontend
                .NotDeclarative(initializer.Syntax, initializer.Syntax.ToString())
                .Map(static _ => default(SpecNode.Entry)!);
        }

        var keySpan = Spans.Of(target.Syntax.GetLocation());
        return Lower(value).Map(node => new SpecNode.Entry(Key(target.Property), keySpan, node));
    }

    private static string Key(IPropertySymbol property)
    {
        var type = property.ContainingType.ToDisplayString();
        return
            Shapes.TryGetValue(type, out var shape)
            && shape.Fields.FirstOrDefault(field => field.Property.Name == property.Name) is { } field
            ? field.Key
            : property.Name;
    }

    private Validation<SpecError, SpecNode> Items(IEnumerable<IOperation> items, SourceSpan span) =>
        Sequenced(items.Select(Lower).ToArray()).Map(all => (SpecNode)new SpecNode.List(all, span));

    // The value written last wins; what the base says stays for the rest.
    private static Validation<SpecError, SpecNode> Merge(
        Validation<SpecError, SpecNode> original,
        Validation<SpecError, SpecNode> changes
    ) =>
        (original, changes).Apply(
            static (left, right) =>
                left is SpecNode.Map(var old, _) && right is SpecNode.Map(var changed, var span)
                    ? new SpecNode.Map([.. old.Where(entry => changed.All(change => change.Key != entry.Key)), .. changed], span)
                    : right
        );

    private static Validation<SpecError, SpecNode> Constant(IOperation operation, object? value, SourceSpan span) =>
        value switch
        {
            null => Scalar("none", span),
            string text => Success<SpecError, SpecNode>(new SpecNode.Scalar(text, Quoted: true, span)),
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

    private static Validation<SpecError, SpecNode> Scalar(string text, SourceSpan span) =>
        Success<SpecError, SpecNode>(new SpecNode.Scalar(text, Quoted: false, span));

    /// <summary>All values, or all errors.</summary>
    private static Validation<SpecError, Sequence<T>> Sequenced<T>(Validation<SpecError, T>[] all)
    {
        var errors = all.SelectMany(static one => one.FailToSeq()).ToArray();
        return errors.Length > 0
            ? Validation<SpecError, Sequence<T>>.Fail(Seq(errors.AsEnumerable()))
            : Success<SpecError, Sequence<T>>(all.SelectMany(static one => one.SuccessToSeq()).ToSequence());
    }
}
