using System.Globalization;
using LanguageExt;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Binds one node to the value of one field, and checks type and range.</summary>
internal static class Values
{
    public static Validation<SpecError, BoundValue> Bind(FieldShape field, Located at) =>
        field.Kind switch
        {
            ValueKind.Interval => BindInterval(field, at),
            ValueKind.Numbers => BindNumbers(field, at),
            ValueKind.Words => BindWords(at),
            ValueKind.Reasons => OwnChoices.Bind(at),
            _ when at.Node is SpecNode.Scalar scalar => BindScalar(field, scalar, at),
            _ => WrongType(field.Kind, at),
        };

    public static SpecError WrongType(ValueKind kind, Located at) =>
        SpecErrors.WrongType.At(
            at.Node is SpecNode.Scalar { IsEmpty: true } ? at.Key : at.Node.Span,
            at.Path,
            ValueText.Expected(kind),
            ValueText.Describe(at.Node),
            at.Node is SpecNode.Scalar scalar ? ValueText.Hint(kind, scalar) : ""
        );

    private static Validation<SpecError, BoundValue> BindScalar(FieldShape field, SpecNode.Scalar scalar, Located at) =>
        field.Kind switch
        {
            ValueKind.Text when !scalar.IsEmpty => new BoundValue(scalar.Text),
            ValueKind.Flag when scalar is { Quoted: false, Text: "true" or "false" } => new BoundValue(scalar.Text == "true"),
            ValueKind.Choice when !scalar.IsEmpty => BindChoice(field, scalar, at),
            ValueKind.Whole when Whole(scalar) is { } whole => InRange(field, whole, at).Map(_ => new BoundValue(whole)),
            ValueKind.Whole when IsTooLong(scalar) => SpecErrors.OutOfRange.At(
                scalar.Span,
                at.Path,
                $"at most {int.MaxValue}",
                scalar.Text
            ),
            ValueKind.Number when Number(scalar) is { } number => InRange(field, number, at).Map(static value => new BoundValue(value)),
            ValueKind.Amount when AmountOf(scalar) is { } amount => InRange(field, amount.Value, at).Map(_ => new BoundValue(amount)),
            _ => WrongType(field.Kind, at),
        };

    private static Validation<SpecError, BoundValue> BindChoice(FieldShape field, SpecNode.Scalar scalar, Located at)
    {
        var choices = RecordShape.Choices(field.Type);
        var index = choices.ToList().IndexOf(scalar.Text);
        return index >= 0
            ? new BoundValue(Enum.GetValues(field.Type).GetValue(index))
            : SpecErrors.UnknownChoice.At(scalar.Span, at.Path, scalar.Text, Nearest.Advice(scalar.Text, choices));
    }

    private static Validation<SpecError, BoundValue> BindInterval(FieldShape field, Located at) =>
        at.Node is SpecNode.List { Items: { Count: 2 } items }
            ? (BindItem(field, at, items, 0), BindItem(field, at, items, 1))
                .Apply(static (from, to) => new Interval(from, to))
                .Bind(interval => Ordered(interval, at))
            : WrongType(field.Kind, at);

    private static Validation<SpecError, BoundValue> Ordered(Interval interval, Located at) =>
        interval.From <= interval.To
            ? new BoundValue(interval)
            : SpecErrors.OutOfRange.At(at.Node.Span, at.Path, "from the smaller number to the larger", interval);

    private static Validation<SpecError, BoundValue> BindNumbers(FieldShape field, Located at) =>
        at.Node is SpecNode.List { Items: var items }
            ? Validations.All(items.Select((_, index) => BindItem(field, at, items, index))).Map(static numbers => new BoundValue(numbers))
            : WrongType(field.Kind, at);

    private static Validation<SpecError, BoundValue> BindWords(Located at) =>
        at.Node is SpecNode.List { Items: var items } && items.All(static item => item is SpecNode.Scalar { IsEmpty: false })
            ? new BoundValue(items.Select(static item => ((SpecNode.Scalar)item).Text).ToSequence())
            : WrongType(ValueKind.Words, at);

    private static Validation<SpecError, double> BindItem(FieldShape field, Located at, Sequence<SpecNode> items, int index)
    {
        var item = at.Item(items[index], index);
        return item.Node is SpecNode.Scalar scalar && Number(scalar) is { } number
            ? InRange(field, number, item)
            : WrongType(ValueKind.Number, item);
    }

    private static int? Whole(SpecNode.Scalar scalar) =>
        !scalar.Quoted && int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? whole
            : null;

    private static bool IsTooLong(SpecNode.Scalar scalar) =>
        scalar is { Quoted: false, Text.Length: > 0 } && scalar.Text.All(static letter => letter is >= '0' and <= '9');

    private static double? Number(SpecNode.Scalar scalar) => scalar.Quoted ? null : ValueText.ToNumber(scalar.Text);

    // "1%" may be quoted: some editors do so, and it can mean nothing else.
    private static Amount? AmountOf(SpecNode.Scalar scalar) =>
        scalar.Text.EndsWith("%", StringComparison.Ordinal)
            ? ValueText.ToNumber(scalar.Text.Substring(0, scalar.Text.Length - 1).TrimEnd(' ')) is { } percent
                ? Amount.Percent(percent)
                : null
            : Number(scalar) is { } count
                ? Amount.Count(count)
                : null;

    private static Validation<SpecError, double> InRange(FieldShape field, double value, Located at) =>
        Ranges.Allows(field.Field, value)
            ? value
            : SpecErrors.OutOfRange.At(at.Node.Span, at.Path, Ranges.InWords(field.Field), ((SpecNode.Scalar)at.Node).Text);
}
