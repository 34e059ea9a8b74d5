using System.Globalization;
using LanguageExt;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Reports;

/// <summary>A number of another method, which the paper quotes for comparison and no experiment measures.</summary>
/// <param name="Method">Name of the method in the paper.</param>
/// <param name="Network">Name of the network in the paper.</param>
/// <param name="Keys">The settings that it applies to, such as the fraction of labels.</param>
/// <param name="Line">Number of its line in the file, which determines the order of rows.</param>
internal sealed record LiteratureNumber(string Method, string Network, Sequence<Setting> Keys, int Line)
{
    /// <summary>The numbers, in percent, by metric.</summary>
    public required IReadOnlyDictionary<string, double> Measures { get; init; }
}

/// <summary>
/// The numbers of the paper, from a CSV file. Its columns are keys of the spec, <c>result</c>, and metrics in percent; before
/// <c>result</c>, the columns <c>method</c> and <c>network</c> may give the paper's names. In the column of a key, <c>*</c> matches any
/// value, and an empty cell matches experiments or results without a value for that key (a baseline, for example, has no distillation
/// weight). An empty metric is a number that the paper does not give. The result <c>literature</c> marks methods that no experiment
/// measures.
/// </summary>
internal sealed class PaperNumbers
{
    private const string Result = "result";
    private const string Method = "method";
    private const string Network = "network";
    private const string Literature = "literature";
    private const string Any = "*";

    private readonly string path;
    private readonly IReadOnlyList<string> header;
    private readonly IReadOnlyList<(int Line, string[] Cells)> rows;

    private PaperNumbers(string path, IReadOnlyList<string> header, IReadOnlyList<(int Line, string[] Cells)> rows)
    {
        (this.path, this.header, this.rows) = (path, header, rows);
        Others = [.. rows.Where(row => Cell(row.Cells, Result) == Literature).Select(OfOthers)];
    }

    public static PaperNumbers None { get; } = new("", [Result], []);

    /// <summary>The numbers of other methods, in the order of the file.</summary>
    public IReadOnlyList<LiteratureNumber> Others { get; }

    /// <summary>Reads a file.</summary>
    /// <returns>The numbers; or that the file cannot be read, or what is wrong with its format.</returns>
    public static Either<InputError, PaperNumbers> Read(string path) => SpecFiles.Text(path).Bind(text => Parse(path, text));

    private static Either<InputError, PaperNumbers> Parse(string path, string text)
    {
        var lines = text.Split('\n')
            .Select(static (line, index) => (Line: index + 1, Text: line.TrimEnd('\r')))
            .Where(static line => line.Text.Length > 0)
            .Select(static line => (line.Line, Cells: CsvLine.Cells(line.Text)))
            .ToList();
        var header = lines.Count == 0 ? [] : lines[0].Cells;
        var measures = header.SkipWhile(static column => column != Result).Skip(1).ToList();
        if (measures.Count == 0 || measures.Exists(static measure => measure is not ("top1" or "top5")))
        {
            return new InputError($"{path}: the first line must name the columns, one of them '{Result}', then 'top1', 'top5' or both.");
        }

        var keys = header.TakeWhile(static column => column != Result).Where(static column => column is not (Method or Network));
        return keys.FirstOrDefault(static key => !ResultKeys.IsKey(key)) is { } unknown
            ? new InputError($"{path}: '{unknown}' is no key of an experiment that has one value, nor '{Method}' or '{Network}'.")
            : lines.Skip(1).Select(row => Row(path, header, measures.Count, row)).All().Map(rows => new PaperNumbers(path, header, rows));
    }

    private static Either<InputError, (int Line, string[] Cells)> Row(
        string path,
        string[] header,
        int measures,
        (int Line, string[] Cells) row
    )
    {
        var (line, cells) = row;
        if (cells.Length != header.Length)
        {
            return new InputError($"{path}({line}): {cells.Length} columns, but the first line has {header.Length}.");
        }

        var result = cells[^(measures + 1)];
        if (result != Literature && !ResultKeys.IsResult(result))
        {
            return new InputError($"{path}({line}): there is no result '{result}'.");
        }

        return cells[^measures..].FirstOrDefault(static cell => cell.Length > 0 && Percent(cell) is null) is { } wrong
            ? new InputError($"{path}({line}): '{wrong}' is no number in percent from 0 to 100.")
            : row;
    }

    /// <summary>The paper's number for a result of an experiment, in percent, if it gives one.</summary>
    /// <returns>The number or none; or that two lines of the file give different numbers.</returns>
    public Either<InputError, Option<double>> Find(PlannedCell cell, string result, string metric)
    {
        var found = Matching(cell, result)
            .Select(row => (row.Line, Value: Percent(Cell(row.Cells, metric))))
            .Where(static row => row.Value is not null)
            .ToList();
        return found.Find(row => row.Value != found[0].Value) is { Value: not null } other
            ? new InputError(
                $"{path}: lines {found[0].Line} and {other.Line} "
                    + $"both give {result} of '{cell.Spec.Name}': a key that tells them apart is missing."
            )
            : found.Select(static row => row.Value!.Value).HeadOrNone();
    }

    /// <summary>The paper's names of the method and the network of a result; null if the file gives none.</summary>
    public (string? Method, string? Network) NamesOf(PlannedCell cell, string result)
    {
        var row = Matching(cell, result).Select(static row => row.Cells).FirstOrDefault();
        return row is null ? (null, null) : (Named(row, Method), Named(row, Network));
    }

    private IEnumerable<(int Line, string[] Cells)> Matching(PlannedCell cell, string result) =>
        rows.Where(row => Cell(row.Cells, Result) == result && Keys(row.Cells).All(key => Matches(cell, result, key)));

    private static bool Matches(PlannedCell cell, string result, Setting key) =>
        key.Text == Any
        || (
            key.Text.Length > 0
                ? ResultKeys.Text(cell, key.Path) == key.Text
                : !ResultKeys.Concerns(cell.Spec, result, key.Path) || ResultKeys.Text(cell, key.Path) == ResultKeys.None
        );

    private LiteratureNumber OfOthers((int Line, string[] Cells) row) =>
        new(
            Cell(row.Cells, Method),
            Cell(row.Cells, Network),
            Keys(row.Cells).Where(static key => key.Text.Length > 0).ToSequence(),
            row.Line
        )
        {
            Measures = header
                .Where(static column => column is "top1" or "top5")
                .Where(column => Percent(Cell(row.Cells, column)) is not null)
                .ToDictionary(static column => column, column => Percent(Cell(row.Cells, column))!.Value),
        };

    private IEnumerable<Setting> Keys(string[] row) =>
        header
            .TakeWhile(static column => column != Result)
            .Select((path, column) => new Setting(path, row[column]))
            .Where(static key => key.Path is not (Method or Network));

    private string? Named(string[] row, string column) => Cell(row, column) is { Length: > 0 } name ? name : null;

    private string Cell(string[] row, string column) => header.ToList().IndexOf(column) is var index and >= 0 ? row[index] : "";

    private static double? Percent(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 100 ? value : null;
}

/// <summary>A line of comma-separated values.</summary>
internal static class CsvLine
{
    /// <summary>Splits a line into cells. A cell in double quotes may contain commas; two double quotes in it stand for one.</summary>
    public static string[] Cells(string line)
    {
        var cells = new List<string>();
        var (cell, quoted) = (new System.Text.StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (line[i] == '"')
            {
                quoted = !quoted;
            }
            else if (line[i] == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(line[i]);
            }
        }

        return [.. cells, cell.ToString()];
    }
}
