using System.Globalization;

namespace SimClrDsl.Planning;

/// <summary>Numbers as text. The text does not depend on the machine's culture.</summary>
public static class Numbers
{
    /// <summary>Shortest text that reads back as the same number: <c>0.1</c>, <c>0.0001</c>, <c>1E-06</c>.</summary>
    public static string Plain(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A whole number with thousands separated: <c>23,508,032</c>.</summary>
    public static string Grouped(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A number rounded to nine significant digits, so that a square root leaves no rounding noise in the text.</summary>
    public static double Rounded(double value) =>
        double.Parse(value.ToString("G9", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
