using SimClrDsl.Reading;
using SimClrDsl.Runtime;

namespace SimClrDsl.Cli;

/// <summary>An experiment as the command line sees it.</summary>
/// <param name="Spec">What was declared.</param>
/// <param name="Compiled">Its generated code where it was built with the project; null for a file given by path.</param>
internal sealed record Found(Spec Spec, IExperiment? Compiled);

/// <summary>Finds experiments: those of experiments/ by name, any other YAML file by its path.</summary>
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

    /// <summary>The experiment of a name, or of the path of a YAML file.</summary>
    /// <exception cref="InputException">There is none.</exception>
    /// <exception cref="SpecException">The file has errors.</exception>
    public static Found Find(string nameOrPath)
    {
        if (Compiled.FirstOrDefault(experiment => experiment.Name == nameOrPath) is { } known)
        {
            return Of(known);
        }

        if (!IsPath(nameOrPath))
        {
            var names = Compiled.Select(static experiment => experiment.Name).ToList();
            throw new InputException(
                $"no experiment is named '{nameOrPath}': {Nearest.Advice(nameOrPath, names)} A YAML file elsewhere is given by its path."
            );
        }

        return new(Read(nameOrPath), Compiled: null);
    }

    public static Found Of(IExperiment experiment) =>
        new(Accepted(SpecReader.ReadYaml($"{experiment.Name} (compiled)", experiment.SpecText)), experiment);

    /// <summary>The spec of a YAML file.</summary>
    public static Spec Read(string path) => Accepted(SpecReader.ReadYaml(path, Text(path)));

    private static Spec Accepted(LanguageExt.Validation<SpecError, Spec> read) =>
        read.Match(Succ: static spec => spec, Fail: static errors => throw new SpecException([.. errors]));

    private static bool IsPath(string text) =>
        text.Contains('/', StringComparison.Ordinal)
        || text.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase)
        || text.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    private static string Text(string path)
    {
        if (Directory.Exists(path))
        {
            throw new InputException($"{path} is a folder: give the path of a YAML file.");
        }

        if (!File.Exists(path))
        {
            throw new InputException($"{path} does not exist: give the path of a YAML file, or the name of an experiment ('simclr list').");
        }

        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{path} cannot be read: {InputException.Reason(e)}.", e);
        }
    }
}
