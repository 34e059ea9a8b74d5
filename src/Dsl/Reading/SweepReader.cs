using LanguageExt;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>From a file to the experiments it declares, or to everything that is wrong with any of them.</summary>
public static class SweepReader
{
    private const string Report = "report";

    /// <summary>The keys that a file may have beside those of an experiment.</summary>
    public static IReadOnlyList<string> FileKeys { get; } = [Matrix.Key, Report];

    public static Validation<SpecError, Sweep> ReadYaml(string file, string text) => ReadYaml(file, text, []);

    /// <summary>The same with settings of the command line over those of the file.</summary>
    public static Validation<SpecError, Sweep> ReadYaml(string file, string text, IReadOnlyList<SpecSetting> settings) =>
        FromParsed(YamlFrontend.Read(file, text), settings);

    /// <summary>The same for what another front end made of its text.</summary>
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
            : new Matrix.Expanded([new(experiment, [])], []);
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
        var broken = Certainty.Check(bound, report => ReportRules.Check(report, file)).Select(fault => fault.At(root.Locate(fault.Path)));
        return bound with { Errors = bound.Errors.Concat(broken).ToSequence() };
    }

    // An experiment that is named after a setting must have it.
    private static IEnumerable<SpecError> Clashes(Sequence<Matrix.Expansion> cells, IReadOnlyList<SpecSetting> settings)
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
        Sequence<Matrix.Expansion> expansions,
        IReadOnlyList<SpecSetting> settings
    )
    {
        var names = CellNames.Of(NameOf(experiment), expansions);
        var cells = new List<Cell>();
        var errors = new List<(string Cell, SpecError Error)>();
        foreach (var (expansion, name) in expansions.Zip(names, static (expansion, name) => (expansion, name)))
        {
            var chosen = settings.Select(static setting => new Matrix.Choice(setting.Path, setting.Span, setting.Value)).ToSequence();
            var bound = SpecReader.Check(Matrix.Set(Named(expansion.Root, name), chosen));
            cells.Add(new(bound.Value, Settings(expansion)));
            errors.AddRange(bound.Errors.Select(error => (name, error)));
        }

        var twice = names.GroupBy(static name => name).Where(static same => same.Count() > 1).Select(static same => same.Key);
        return (
            cells.ToSequence(),
            Merged(errors, expansions.Count)
                .Concat(twice.Take(1).Select(name => SpecErrors.MatrixTwice.At(file.Find(Matrix.Key)!.KeySpan, Matrix.Key, name)))
        );
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
