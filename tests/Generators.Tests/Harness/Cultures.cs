using System.Globalization;

namespace SimClrDsl.Generators.Tests.Harness;

/// <summary>A culture that writes numbers as half of Europe does. Made, because the tests run without the system's cultures.</summary>
internal static class Cultures
{
    public static CultureInfo Foreign { get; } = Make();

    private static CultureInfo Make()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "−";
        return culture;
    }
}
