namespace SimClrDsl.Cli.Printing;

/// <summary>Texts as fields of CSV files.</summary>
internal static class CsvText
{
    /// <summary>A field, in quotes if RFC 4180 asks for them.</summary>
    public static string Field(string text) =>
        text.AsSpan().IndexOfAny("\",\r\n") >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
