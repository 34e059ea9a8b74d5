using System.Text;

namespace SimClrDsl.Planning;

/// <summary>Formats tables of text with aligned columns.</summary>
public static class TextTable
{
    /// <summary>
    /// A table with a header. A column is aligned to the right if all its cells below the header are empty or start with a digit. Lines end
    /// with \n and have no trailing blanks.
    /// </summary>
    public static string Format(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var columns = Enumerable.Range(0, header.Count).ToArray();
        var widths = columns.Select(c => Math.Max(header[c].Length, rows.Max(row => row[c].Length))).ToArray();
        var right = columns.Select(c => rows.All(row => row[c].Length == 0 || char.IsDigit(row[c][0]))).ToArray();

        var text = new StringBuilder();
        foreach (var row in rows.Prepend(header))
        {
            var cells = columns.Select(c => right[c] ? row[c].PadLeft(widths[c]) : row[c].PadRight(widths[c]));
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}
