using LanguageExt;

namespace SimClrDsl.Reading;

/// <summary>From a file to the experiments it declares, or to everything that is wrong with any of them.</summary>
public static class SweepReader
{
    private const string Report = "report";

    /// <summary>The keys that a file may have beside those of an experiment.</summary>
    public static IReadOnlyList<string> Keys { get; } = [Matrix.Key, Report];

    public static Validation<SpecError, Sweep> ReadYaml(string file, string text) => YamlFrontend.Read(file, text).Bind(FromNode);

    /// <summary>The same for nodes that were read elsewhere.</summary>
    public static Validation<SpecError, Sweep> FromNode(SpecNode root) =>
        root is SpecNode.Map map
            ? FromMap(map)
            : SpecReader.FromNode(root).Map(static spec => new Sweep(spec.Name, [new(spec, [])], Report: null));

    private static Validation<SpecError, Sweep> FromMap(SpecNode.Map file)
    {
        var experiment = file with { Entries = file.Entries.Where(static entry => !Keys.Contains(entry.Key)).ToSequence() };
        var matrix = file.Find(Matrix.Key);
        var cells = matrix is null
            ? SpecReader.FromNode(experiment).Map(static spec => (Sequence<Cell>)[new(spec, [])])
            : Matrix.Expand(experiment, matrix).Bind(expansions => BindCells(NameOf(experiment), expansions, matrix));
        return (cells, ReadReport(file)).Apply((bound, reports) => new Sweep(NameOf(experiment), bound, reports.FirstOrDefault()));
    }

    private static string NameOf(SpecNode.Map root) => root.Find("name")?.Value is SpecNode.Scalar { Text: var name } ? name : "";

    // None or one: a Validation holds no null.
    private static Validation<SpecError, Sequence<ReportSpec>> ReadReport(SpecNode.Map file) =>
        file.Find(Report) is { } entry
            ? Binder.BindReport(Located.Root(file).Child(entry)).Bind(report => ReportRules.Accept(report, file))
            : (Sequence<ReportSpec>)[];

    private static Validation<SpecError, Sequence<Cell>> BindCells(
        string name,
        Sequence<Matrix.Expansion> expansions,
        SpecNode.Entry matrix
    )
    {
        var names = CellNames.Of(name, expansions);
        if (names.GroupBy(static cell => cell).FirstOrDefault(static same => same.Count() > 1) is { } twice)
        {
            return SpecErrors.MatrixTwice.At(matrix.KeySpan, Matrix.Key, twice.Key);
        }

        var cells = new List<Cell>();
        var errors = new List<(string Cell, SpecError Error)>();
        foreach (var (expansion, cell) in expansions.Zip(names, static (expansion, cell) => (expansion, cell)))
        {
            SpecReader
                .FromNode(Named(expansion.Root, cell))
                .Match(
                    Succ: spec => cells.Add(new(spec, Settings(expansion))),
                    Fail: faults => errors.AddRange(faults.Select(fault => (cell, fault)))
                );
        }

        return Validations.Unless(Merged(errors, expansions.Count), cells.ToSequence());
    }

    // Where there is no name, or none that is text, the reader says so.
    private static SpecNode.Map Named(SpecNode.Map root, string name) =>
        root with
        {
            Entries = root
                .Entries.Select(entry =>
                    entry is { Key: "name", Value: SpecNode.Scalar { IsEmpty: false } text }
                        ? entry with
                        {
                            Value = text with { Text = name },
                        }
                        : entry
                )
                .ToSequence(),
        };

    private static Sequence<Setting> Settings(Matrix.Expansion expansion) =>
        expansion.Choices.Select(static choice => new Setting(choice.Path, CellNames.Text(choice.Value))).ToSequence();

    // What is wrong with every experiment is said once; what is wrong with some, once and with the first of them.
    private static IEnumerable<SpecError> Merged(IEnumerable<(string Cell, SpecError Error)> errors, int cells) =>
        errors
            .GroupBy(static pair => (pair.Error.Id, pair.Error.Span))
            .Select(same =>
            {
                var (cell, error) = same.First();
                var (count, others) = (same.Count(), same.Count() - 1);
                return count >= cells
                    ? error
                    : error with
                    {
                        Message = $"{error.Message} (in {cell}{(others > 0 ? $" and {others} more" : "")})",
                    };
            });
}
