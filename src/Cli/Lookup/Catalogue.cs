using LanguageExt;
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
    /// <returns>The experiments; or that there is no such experiment, or the errors of the file and of the settings.</returns>
    public static Either<InputError, Declared> Open(string nameOrPath, IReadOnlyList<SpecSetting> settings) =>
        RunFolder.SpecOf(nameOrPath) is { } spec ? OfFile(spec, settings)
        : IsPath(nameOrPath) ? OfFile(nameOrPath, settings)
        : SpecFiles.Named(nameOrPath) is { } file ? OfFile(file, settings)
        : OfASweep(nameOrPath, settings);

    /// <summary>All experiments that a name or a file declares, without settings of the command line.</summary>
    public static Either<InputError, Declared> Open(string nameOrPath) => Open(nameOrPath, []);

    /// <summary>
    /// A spec with its compiled code, if code for the same spec was built with the project. The seed may differ, since it is not part of
    /// the code.
    /// </summary>
    public static CatalogueEntry Of(Spec spec) =>
        new(spec, Compiled.FirstOrDefault(experiment => experiment.Name == spec.Name && IsCodeOf(experiment, spec)));

    /// <summary>The compiled code of a spec: that which was built with the project, or else compiled now.</summary>
    public static IExperiment CodeOf(Spec spec) => Of(spec).Compiled ?? InProcessCompiler.Compile(spec);

    /// <summary>The experiments that a YAML file declares.</summary>
    public static Either<InputError, Sweep> Read(string path) => Read(path, []);

    private static Either<InputError, Sweep> Read(string path, IReadOnlyList<SpecSetting> settings) =>
        from text in SpecFiles.Text(path)
        from counted in CountedImages.Of(path, text, settings)
        from sweep in Valid(SweepReader.ReadYaml(path, text, [.. settings, .. counted]))
        select sweep;

    private static Either<InputError, Declared> OfFile(string path, IReadOnlyList<SpecSetting> settings) =>
        Read(path, settings).Map(sweep => new Declared(sweep, path));

    private static bool IsCodeOf(IExperiment experiment, Spec spec) => experiment.Spec == spec.WithSeed(experiment.Spec.Seed);

    private static Either<InputError, T> Valid<T>(Validation<SpecError, T> read) =>
        read.Match<Either<InputError, T>>(Succ: static value => value, Fail: static errors => new InvalidSpec([.. errors]));

    // For example, table-1-resnet-50 is one of the experiments that table-1.yaml declares. It keeps the values that the matrix has set,
    // whether it was built with the project or not.
    private static Either<InputError, Declared> OfASweep(string name, IReadOnlyList<SpecSetting> settings)
    {
        foreach (var file in SpecFiles.All().Where(file => name.StartsWith($"{SpecFiles.NameOf(file)}-", StringComparison.Ordinal)))
        {
            if (!Read(file, settings).Try(out var sweep, out var error))
            {
                return error;
            }

            if (sweep.Cells.FirstOrDefault(cell => cell.Spec.Name == name) is { } found)
            {
                return new Declared(sweep with { Cells = [found] }, file);
            }
        }

        return Built(name, settings);
    }

    private static Either<InputError, Declared> Built(string name, IReadOnlyList<SpecSetting> settings) =>
        Compiled.FirstOrDefault(experiment => experiment.Name == name) is { } known
            ? Valid(SweepReader.ReadYaml($"{name} (compiled)", SpecWriter.Write(known.Spec), settings))
                .Map(static sweep => new Declared(sweep, File: null))
            : new InputError(
                $"no experiment is named '{name}': {Nearest.Advice(name, Names())} A YAML file elsewhere is given by its path."
            );

    private static IReadOnlyList<string> Names() =>
        [.. Compiled.Select(static experiment => experiment.Name).Concat(SpecFiles.All().Select(SpecFiles.NameOf)).Distinct()];

    private static bool IsPath(string text) =>
        text.Contains('/', StringComparison.Ordinal)
        || text.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase)
        || text.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);
}
