using System.Globalization;
using SimClrDsl.Reading;
using SimClrDsl.Runtime;

namespace SimClrDsl.Cli.Reports;

/// <summary>
/// The paper's own numbers: a CSV file whose first columns are keys of the spec, then <c>result</c>, then measures in percent. An empty cell
/// under a key means any value, an empty measure a number that the paper does not give.
/// </summary>
internal sealed class PaperNumbers
{
    private const string Result = "result";

    private readonly IReadOnlyList<string> header;
    private readonly IReadOnlyList<string[]> rows;

    private PaperNumbers(IReadOnlyList<string> header, IReadOnlyList<string[]> rows) => (this.header, this.rows) = (header, rows);

    public static PaperNumbers None { get; } = new([Result], []);

    /// <exception cref="InputException">The file cannot be read, or is no such table.</exception>
    public static PaperNumbers Read(string path)
    {
        var lines = SpecFiles
            .Text(path)
            .Split('\n')
            .Select(static line => line.TrimEnd('\r'))
            .Where(static line => line.Length > 0)
            .ToList();
        var header = lines.Count == 0 ? [] : lines[0].Split(',');
        if (!header.Contains(Result))
        {
            throw new InputException($"{path}: the first line must name the columns, one of them '{Result}'.");
        }

        var rows = lines.Skip(1).Select(static line => line.Split(',')).ToList();
        var wrong = rows.FindIndex(row => row.Length != header.Length);
        return wrong < 0
            ? new(header, rows)
            : throw new InputException($"{path}({wrong + 2}): {rows[wrong].Length} columns, but the first line has {header.Length}.");
    }

    /// <summary>The paper's number for an experiment, in percent; null where it gives none.</summary>
    public double? Find(Spec spec, string result, Metric metric)
    {
        var (name, measure) = (IndexOf(Result), IndexOf(RecordShape.SnakeCase($"{metric}")));
        return measure < 0
            ? null
            : rows.Where(row => row[name] == result && Keys(row).All(key => SpecPath.Text(spec, key.Path) == key.Text))
                .Select(row =>
                    double.TryParse(row[measure], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? (double?)value : null
                )
                .FirstOrDefault();
    }

    private IEnumerable<(string Path, string Text)> Keys(string[] row) =>
        header
            .TakeWhile(static column => column != Result)
            .Select((path, column) => (path, row[column]))
            .Where(static key => key.Item2.Length > 0);

    private int IndexOf(string column) => header.ToList().IndexOf(column);
}
