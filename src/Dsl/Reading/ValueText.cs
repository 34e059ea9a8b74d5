using System.Globalization;

namespace SimClrDsl.Reading;

/// <summary>How messages describe a value that was read and the values that were expected; and how numbers are read.</summary>
internal static class ValueText
{
    /// <summary>What a node is, in words.</summary>
    public static string Describe(SpecNode node) =>
        node.Match(
            scalar: static scalar =>
                scalar.IsEmpty ? "empty"
                : scalar.IsNone || scalar is { Quoted: false, Text: "true" or "false" } ? scalar.Text
                : scalar.Quoted ? $"the text \"{scalar.Text}\""
                : IsNumber(scalar.Text) ? $"the number {scalar.Text}"
                : $"the text '{scalar.Text}'",
            list: static list => $"a list of {list.Items.Count} values",
            map: static _ => "a map of keys",
            unread: static _ => "unread"
        );

    /// <summary>Which values a field of a kind takes, in words.</summary>
    public static string Expected(ValueKind kind) =>
        kind switch
        {
            ValueKind.Text => "text",
            ValueKind.Whole => "a whole number",
            ValueKind.Number => "a number",
            ValueKind.Flag => "true or false",
            ValueKind.Choice => "a single word",
            ValueKind.Amount => "a count or a share, such as 100 or 1%",
            ValueKind.Interval => "two numbers in brackets, such as [0.2, 1.0]",
            ValueKind.Numbers => "numbers in brackets, such as [0.03, 0.1]",
            ValueKind.Words => "words in brackets, such as [linear, finetuned]",
            ValueKind.Reasons => "keys with reasons, such as { distill.alpha: the paper gives none }",
            _ => "a map of keys",
        };

    /// <summary>A hint for a number with a common mistake, such as a comma or quotes; empty for any other value.</summary>
    public static string Hint(ValueKind kind, SpecNode.Scalar scalar)
    {
        if (kind is ValueKind.Text or ValueKind.Choice or ValueKind.Flag or ValueKind.Words or ValueKind.Reasons or ValueKind.Record)
        {
            return "";
        }

        var grouped = scalar.Text.Replace("_", "").Replace(",", kind == ValueKind.Number ? "." : "");
        return !IsNumber(grouped) ? ""
            : scalar.Text != grouped ? $" (write {grouped})"
            : scalar.Quoted ? " (remove the quotes)"
            : "";
    }

    public static bool IsNumber(string text) => ToNumber(text) is not null;

    /// <summary>The finite number that a text is, with a decimal point whatever the machine's culture; null if it is none.</summary>
    public static double? ToNumber(string text) =>
        double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out var number
        )
        && !double.IsNaN(number)
        && !double.IsInfinity(number)
            ? number
            : null;
}
