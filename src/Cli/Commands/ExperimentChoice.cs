using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Commands;

/// <summary>
/// The arguments by which the user chooses experiments, which all commands share: the name, <c>--where</c> to select some experiments of a
/// matrix, and <c>--set</c> and <c>--seed</c> to override settings of the file.
/// </summary>
internal sealed class ExperimentChoice
{
    private readonly Argument<string> experiment = Arguments.Experiment();
    private readonly Option<string[]> where = WhereOption.Option();
    private readonly Option<string[]> set = SetOption();
    private readonly Option<int?> seed = new("--seed") { Description = "Another seed than the spec's.", CustomParser = Seed };

    /// <summary>Adds the argument and the options to a command, before its own options.</summary>
    public static ExperimentChoice For(Command command)
    {
        var choice = new ExperimentChoice();
        command.Arguments.Add(choice.experiment);
        command.Options.Insert(0, choice.where);
        command.Options.Insert(1, choice.set);
        command.Options.Insert(2, choice.seed);
        return choice;
    }

    public static Option<string[]> SetOption() =>
        new("--set")
        {
            Description =
                "Another value for a key of the spec, as in --set pretrain.epochs=2; may be repeated. The run has a folder of its own.",
        };

    /// <summary>The experiments that a command line chooses.</summary>
    /// <exception cref="InputException">There are none.</exception>
    /// <exception cref="SpecException">The file or a setting has errors.</exception>
    public ChosenExperiments Of(ParseResult parsed)
    {
        var settings = Parsed(parsed.GetValue(set) ?? []);
        IReadOnlyList<SpecSetting> all = parsed.GetValue(seed) is { } other
            ? [.. settings.Settings, SpecSettings.Seed(other)]
            : settings.Settings;
        var name = parsed.GetRequiredValue(experiment);
        var declared = Open(name, all, settings.Errors);
        return new(name, declared with { Sweep = WhereOption.Apply(declared.Sweep, parsed.GetValue(where) ?? []) }, all);
    }

    /// <summary>The settings of a command line that can be parsed, and the errors of the others.</summary>
    public static (IReadOnlyList<SpecSetting> Settings, IReadOnlyList<SpecError> Errors) Parsed(IReadOnlyList<string> words)
    {
        var parsed = words.Select(SpecSettings.Parse).ToList();
        return ([.. parsed.Select(static one => one.Setting).OfType<SpecSetting>()], [.. parsed.SelectMany(static one => one.Errors)]);
    }

    /// <summary>
    /// The experiments of a name with the settings applied. Errors of the settings are reported together with those of the file.
    /// </summary>
    public static Declared Open(string name, IReadOnlyList<SpecSetting> settings, IReadOnlyList<SpecError> errors)
    {
        try
        {
            var declared = Catalogue.Open(name, settings);
            return errors.Count == 0 ? declared : throw new SpecException(errors);
        }
        catch (SpecException e) when (errors.Count > 0 && !ReferenceEquals(e.Errors, errors))
        {
            throw new SpecException([.. errors, .. e.Errors]);
        }
    }

    private static int? Seed(ArgumentResult given)
    {
        var text = given.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
        {
            return seed;
        }

        given.AddError($"--seed is '{text}', but a seed is a whole number from 0 to {int.MaxValue}.");
        return null;
    }
}

/// <summary>The experiments that a command line chooses.</summary>
/// <param name="Name">The name or path that was given.</param>
/// <param name="Declared">The experiments that remain after <c>--where</c>.</param>
/// <param name="Settings">The settings that override those of the file.</param>
internal sealed record ChosenExperiments(string Name, Declared Declared, IReadOnlyList<SpecSetting> Settings)
{
    public Sequence<Cell> Cells => Declared.Sweep.Cells;

    /// <summary>The only experiment that is chosen.</summary>
    /// <exception cref="InputException">Several experiments are chosen.</exception>
    public Spec One =>
        Cells.Count == 1
            ? Cells[0].Spec
            : throw new InputException(
                $"'{Name}' declares several experiments: choose one by --where KEY=VALUE, or give its name, such as '{Cells[0].Spec.Name}'."
            );

    /// <summary>
    /// The first part of the name of an output file: the name of the experiment or sweep and the overriding settings, so that different
    /// settings give different files.
    /// </summary>
    public string FileName(string name) => CellNames.With(name, Settings);
}
