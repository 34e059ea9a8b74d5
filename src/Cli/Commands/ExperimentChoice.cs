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
    private readonly Option<string[]> conditions = WhereOption.Option();
    private readonly Option<string[]> set = SetOption();
    private readonly Option<int?> seed = new("--seed") { Description = "Another seed than the spec's.", CustomParser = Seed };

    /// <summary>Adds the argument and the options to a command, before its own options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="description">What the argument may be; left out, one experiment or sweep.</param>
    public static ExperimentChoice For(Command command, string? description = null)
    {
        var choice = new ExperimentChoice();
        choice.experiment.Description = description ?? choice.experiment.Description;
        command.Arguments.Add(choice.experiment);
        command.Options.Insert(0, choice.conditions);
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
    /// <returns>The experiments; or that there are none, or the errors of the file and of the settings.</returns>
    public LanguageExt.Either<InputError, ChosenExperiments> Of(ParseResult parsed)
    {
        var (settings, errors) = Settings(parsed);
        return from declared in Open(Name(parsed), settings, errors)
            from sweep in WhereOption.Apply(declared.Sweep, parsed.GetValue(conditions) ?? [])
            select new ChosenExperiments(Name(parsed), declared with { Sweep = sweep }, settings);
    }

    // Those of --set, and the seed.
    private (IReadOnlyList<SpecSetting> Settings, IReadOnlyList<SpecError> Errors) Settings(ParseResult parsed)
    {
        var (settings, errors) = Parsed(parsed.GetValue(set) ?? []);
        return (parsed.GetValue(seed) is { } other ? [.. settings, SpecSettings.Seed(other)] : settings, errors);
    }

    /// <summary>The name alone, for commands that show what has been run already.</summary>
    /// <returns>The name, or that settings are given besides it.</returns>
    public LanguageExt.Either<InputError, string> AsItIs(ParseResult parsed) =>
        parsed.GetValue(conditions) is { Length: > 0 } || parsed.GetValue(set) is { Length: > 0 } || parsed.GetValue(seed) is not null
            ? new InputError($"'{Name(parsed)}' is a run, which is shown as it is: leave out --where, --set and --seed.")
            : Name(parsed);

    /// <summary>The name or path that was given.</summary>
    public string Name(ParseResult parsed) => parsed.GetRequiredValue(experiment);

    /// <summary>The experiments that a command line chooses, where the name may also be that of a folder of experiments/.</summary>
    /// <returns>
    /// The experiments; or that there are none, that <c>--where</c> is given for a folder, or the errors of a file and of the settings.
    /// </returns>
    public LanguageExt.Either<InputError, IReadOnlyList<Cell>> All(ParseResult parsed)
    {
        if (!SpecFiles.HasFolder(Name(parsed)))
        {
            return Of(parsed).Map<IReadOnlyList<Cell>>(static chosen => chosen.Cells);
        }

        if (parsed.GetValue(conditions) is { Length: > 0 })
        {
            return new InputError(
                $"--where chooses among the experiments of one file, but '{Name(parsed)}' is a folder: give one of its files."
            );
        }

        var (settings, errors) = Settings(parsed);
        return from files in SpecFiles.OfFolder(Name(parsed))
            from declared in files.Select(file => Open(file, settings, errors)).All()
            select (IReadOnlyList<Cell>)[.. declared.SelectMany(static one => one.Sweep.Cells)];
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
    public static LanguageExt.Either<InputError, Declared> Open(
        string name,
        IReadOnlyList<SpecSetting> settings,
        IReadOnlyList<SpecError> errors
    )
    {
        var opened = Catalogue.Open(name, settings);
        return errors.Count == 0 ? opened
            : opened.Try(out _, out var error) ? new InvalidSpec(errors)
            : error is InvalidSpec more ? new InvalidSpec([.. errors, .. more.Errors])
            : error;
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

    /// <summary>The only experiment that is chosen, or that several are.</summary>
    public LanguageExt.Either<InputError, Spec> One =>
        Cells.Count == 1
            ? Cells[0].Spec
            : new InputError(
                $"'{Name}' declares several experiments: choose one by --where KEY=VALUE, or give its name, such as '{Cells[0].Spec.Name}'."
            );

    /// <summary>
    /// The first part of the name of an output file: the name of the experiment or sweep and the overriding settings, so that different
    /// settings give different files.
    /// </summary>
    public string FileName(string name) => CellNames.With(name, Settings);
}
