using LanguageExt;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Reads all experiments that a file declares. The result is a sweep, or the errors of all experiments.</summary>
public static class SweepReader
{
    private const string Report = "report";

    /// <summary>The keys that a file may have in addition to those of an experiment.</summary>
    public static IReadOnlyList<string> FileKeys { get; } = [Matrix.Key, Report];

    /// <summary>Reads the experiments of a YAML file.</summary>
    /// <param name="file">Name of the file, for errors; it is not opened.</param>
    /// <param name="text">The text of the file.</param>
    public static Validation<SpecError, Sweep> ReadYaml(string file, string text) => ReadYaml(file, text, []);

    /// <summary>Reads the experiments of a YAML file, with settings of the command line in place of those of the file.</summary>
    /// <param name="file">Name of the file, for errors; it is not opened.</param>
    /// <param name="text">The text of the file.</param>
    /// <param name="settings">The settings of the command line.</param>
    public static Validation<SpecError, Sweep> ReadYaml(string file, string text, IReadOnlyList<SpecSetting> settings) =>
        FromParsed(YamlFrontend.Read(file, text), settings);

    /// <summary>Reads the experiments from what a front end made of a text, with settings of the command line.</summary>
    public static Validation<SpecError, Sweep> FromParsed(ParsedSpec parsed, IReadOnlyList<SpecSetting> settings) =>
        parsed.Root is SpecNode.Map file
            ? FromMap(file, settings, parsed.Errors)
            : SpecReader.FromParsed(parsed).Map(static spec => new Sweep(spec.Name, [new(spec, [])], Report: null));

    private static Validation<SpecError, Sweep> FromMap(
        SpecNode.Map file,
        IReadOnlyList<SpecSetting> settings,
        IEnumerable<SpecError> earlier
    )
    {
        var experiment = file with { Entries = file.Entries.Where(static entry => !FileKeys.Contains(entry.Key)).ToSequence() };
        var expanded = file.Find(Matrix.Key) is { } matrix
            ? Matrix.Expand(experiment, matrix)
            : new Matrix.Expansion([new(experiment, [])], []);
        var clashes = Clashes(expanded.Cells, settings);
        var (cells, broken) = BindCells(file, experiment, expanded.Cells, settings);
        var report = file.Find(Report) is { } entry ? ReadReport(Located.Root(file).Child(entry), file) : null;
        IEnumerable<SpecError> errors = [.. earlier, .. expanded.Errors, .. clashes, .. broken, .. report?.Errors ?? []];
        return Validations.Unless(errors, new Sweep(NameOf(experiment), cells, report?.Value));
    }

    private static string NameOf(SpecNode.Map root) => root.Find("name")?.Value is SpecNode.Scalar { Text: var name } ? name : "";

    private static Binding<ReportSpec> ReadReport(Located at, SpecNode.Map file)
    {
        var (bound, root) = (Binder.BindReport(at), Located.Root(file));
        var broken = PartialRecordRules
            .Check(bound, report => ReportRules.Check(report, file))
            .Select(fault => fault.At(root.Locate(fault.Path)));
        return bound with { Errors = bound.Errors.Concat(broken).ToSequence() };
    }

    // Settings of keys that the matrix varies. They are errors, because the experiments are named after the matrix's values.
    private static IEnumerable<SpecError> Clashes(Sequence<Matrix.Cell> cells, IReadOnlyList<SpecSetting> settings)
    {
        var paths = cells.SelectMany(static cell => cell.Choices.Select(static choice => choice.Path)).Distinct().ToList();
        return settings.SelectMany(setting =>
            paths
                .Where(path => Keys.Overlap(path, setting.Path) || setting.Path == "name")
                .Take(1)
                .Select(path => SpecErrors.SettingOfMatrix.At(setting.Span, setting.Path, path))
        );
    }

    private static (Sequence<Cell> Cells, IEnumerable<SpecError> Errors) BindCells(
        SpecNode.Map file,
        SpecNode.Map experiment,
        Sequence<Matrix.Cell> unbound,
        IReadOnlyList<SpecSetting> settings
    )
    {
        var names = CellNames.Of(NameOf(experiment), unbound);
        var cells = new List<Cell>();
        var errors = new List<(string Cell, SpecError Error)>();
        foreach (var (cell, name) in unbound.Zip(names, static (cell, name) => (cell, name)))
        {
            var chosen = settings.Select(static setting => new Matrix.Choice(setting.Path, setting.Span, setting.Value)).ToSequence();
            var bound = SpecReader.Check(Matrix.Set(WithName(cell.Root, name), chosen));
            cells.Add(new(bound.Value, Settings(cell)));
            errors.AddRange(bound.Errors.Select(error => (name, error)));
        }

        var twice = names.GroupBy(static name => name).Where(static same => same.Count() > 1).Select(static same => same.Key);
        return (
            cells.ToSequence(),
            Merged(errors, unbound.Count)
                .Concat(twice.Take(1).Select(name => SpecErrors.MatrixTwice.At(file.Find(Matrix.Key)!.KeySpan, Matrix.Key, name)))
        );
    }

    // A file without a name stays without one: the reader reports that.
    private static SpecNode.Map WithName(SpecNode.Map root, string name) =>
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

    private static Sequence<Setting> Settings(Matrix.Cell cell) =>
        cell.Choices.Select(static choice => new Setting(choice.Path, CellNames.Text(choice.Value))).ToSequence();

    // An error that all experiments have is reported once; one that only some have is reported once, with the name of the first of them.
    private static IEnumerable<SpecError> Merged(IEnumerable<(string Cell, SpecError Error)> errors, int cells) =>
        errors
            .GroupBy(static pair => (pair.Error.Id, pair.Error.Span, pair.Error.Path))
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
