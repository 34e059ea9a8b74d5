using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Lookup;

/// <summary>An experiment that the command line has found.</summary>
/// <param name="Spec">Its spec.</param>
/// <param name="Compiled">Its generated code if it was built with the project; null if it must be compiled before it runs.</param>
internal sealed record CatalogueEntry(Spec Spec, IExperiment? Compiled);

/// <summary>The experiments that a name or a file declares.</summary>
/// <param name="Sweep">One experiment, or all experiments of a matrix.</param>
/// <param name="File">Path of the file; null for an experiment that was built with the project.</param>
internal sealed record Declared(Sweep Sweep, string? File)
{
    /// <summary>Folder of the file, against which relative paths of data are resolved first; null if there is no file.</summary>
    public string? Folder => File is null ? null : Path.GetDirectoryName(File);

    /// <summary>The experiments, each with its compiled code if there is any.</summary>
    public IEnumerable<CatalogueEntry> Experiments => Sweep.Cells.Select(static cell => Catalogue.Of(cell.Spec));
}

/// <summary>
/// Finds experiments: those that were built with the project by their name; those in experiments/ and experiments/paper/ by the name of
/// their file, or by the name of one experiment of their matrix; any other YAML file by its path.
/// </summary>
internal static class Catalogue
{
    /// <summary>The experiments that were built with the project, by name.</summary>
    public static IReadOnlyList<IExperiment> Compiled { get; } =
    [
        .. typeof(Experiments.ExperimentsAssembly)
            .Assembly.GetTypes()
            .Where(static type => typeof(IExperiment).IsAssignableFrom(type) && type is { IsAbstract: false, IsClass: true })
            .Select(static type => (IExperiment)Activator.CreateInstance(type)!)
            .OrderBy(static experiment => experiment.Name, StringComparer.Ordinal),
    ];

    /// <summary>
    /// All experiments that a name, a file or the folder of a run declares, with settings of the command line overriding those of the file.
    /// </summary>
    /// <exception cref="InputException">There is no such experiment.</exception>
    /// <exception cref="SpecException">The file or a setting has errors.</exception>
    public static Declared Open(string nameOrPath, IReadOnlyList<SpecSetting> settings) =>
        RunFolder.SpecOf(nameOrPath) is { } spec ? new(Read(spec, settings), spec)
        : IsPath(nameOrPath) ? new(Read(nameOrPath, settings), nameOrPath)
        : SpecFiles.Named(nameOrPath) is { } file ? new(Read(file, settings), file)
        // An experiment of a matrix keeps the values that the matrix has set, whether it was built with the project or not.
        : ExperimentOfASweep(nameOrPath, settings) is { } cell ? cell
        : Compiled.FirstOrDefault(experiment => experiment.Name == nameOrPath) is { } known
            ? new(Reading(SweepReader.ReadYaml($"{known.Name} (compiled)", SpecWriter.Write(known.Spec), settings)), File: null)
        : throw new InputException(
            $"no experiment is named '{nameOrPath}': {Nearest.Advice(nameOrPath, Names())} A YAML file elsewhere is given by its path."
        );

    /// <summary>All experiments that a name or a file declares, without settings of the command line.</summary>
    public static Declared Open(string nameOrPath) => Open(nameOrPath, []);

    /// <summary>
    /// A spec with its compiled code, if code for the same spec was built with the project. The seed may differ, since it is not part of
    /// the code.
    /// </summary>
    public static CatalogueEntry Of(Spec spec) =>
        new(spec, Compiled.FirstOrDefault(experiment => experiment.Name == spec.Name && IsCodeOf(experiment, spec)));

    /// <summary>The experiments that a YAML file declares.</summary>
    public static Sweep Read(string path) => Read(path, []);

    private static Sweep Read(string path, IReadOnlyList<SpecSetting> settings) =>
        Reading(SweepReader.ReadYaml(path, SpecFiles.Text(path), settings));

    private static bool IsCodeOf(IExperiment experiment, Spec spec) => experiment.Spec == spec.WithSeed(experiment.Spec.Seed);

    private static T Reading<T>(LanguageExt.Validation<SpecError, T> read) =>
        read.Match(Succ: static value => value, Fail: static errors => throw new SpecException([.. errors]));

    // For example, table-1-resnet-50 is one of the experiments that table-1.yaml declares.
    private static Declared? ExperimentOfASweep(string name, IReadOnlyList<SpecSetting> settings) =>
        SpecFiles
            .All()
            .Where(file => name.StartsWith($"{SpecFiles.NameOf(file)}-", StringComparison.Ordinal))
            .Select(file => (File: file, Sweep: Read(file, settings)))
            .SelectMany(static read => read.Sweep.Cells.Select(cell => (read.File, read.Sweep, Cell: cell)))
            .Where(found => found.Cell.Spec.Name == name)
            .Select(static found => new Declared(found.Sweep with { Cells = [found.Cell] }, found.File))
            .FirstOrDefault();

    private static IReadOnlyList<string> Names() =>
        [.. Compiled.Select(static experiment => experiment.Name).Concat(SpecFiles.All().Select(SpecFiles.NameOf)).Distinct()];

    private static bool IsPath(string text) =>
        text.Contains('/', StringComparison.Ordinal)
        || text.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase)
        || text.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);
}
