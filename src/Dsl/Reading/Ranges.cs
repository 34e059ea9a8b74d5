using System.Globalization;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>The range of numbers that a field allows.</summary>
internal static class Ranges
{
    public static bool Allows(FieldAttribute field, double value) =>
        (field.BelowMax ? value < field.Max : value <= field.Max)
        && (field.AboveMin ? value > field.Min : value >= field.Min)
        && (field.OneOf.Length == 0 || field.OneOf.Any(allowed => allowed == value));

    /// <summary>The range in words that follow "must be"; empty where any number is allowed.</summary>
    public static string InWords(FieldAttribute field)
    {
        if (field.OneOf.Length > 0)
        {
            return $"one of {string.Join(", ", field.OneOf.Select(static allowed => Text(allowed)))}";
        }

        var least =
            double.IsNegativeInfinity(field.Min) ? ""
            : field.AboveMin ? $"above {Text(field.Min)}"
            : $"at least {Text(field.Min)}";
        var most =
            double.IsPositiveInfinity(field.Max) ? ""
            : field.BelowMax ? $"below {Text(field.Max)}"
            : $"at most {Text(field.Max)}";
        return string.Join(" and ", new[] { least, most }.Where(static part => part.Length > 0));
    }

    /// <summary>A number as text, whatever the machine's culture.</summary>
    public static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
