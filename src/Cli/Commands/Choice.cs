using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Commands;

/// <summary>
/// Which experiments a command is about: their name, <c>--where</c> for some of a matrix, <c>--set</c> and <c>--seed</c> for other settings
/// than those of the file. The same words mean the same experiments to every command.
/// </summary>
internal sealed class Choice
{
    private readonly Argument<string> experiment = Arguments.Experiment();
    private readonly Option<string[]> where = Where.Option();
    private readonly Option<string[]> set = SetOption();
    private readonly Option<int?> seed = new("--seed") { Description = "Another seed than the spec's.", CustomParser = Seed };

    /// <summary>Adds the argument to a command, and the options before its own.</summary>
    public static Choice For(Command command)
    {
        var choice = new Choice();
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

    /// <summary>The experiments that a command line means.</summary>
    /// <exception cref="InputException">There is none.</exception>
    /// <exception cref="SpecException">The file or a setting has errors.</exception>
    public Chosen Of(ParseResult parsed)
    {
        var settings = Parsed(parsed.GetValue(set) ?? []);
        IReadOnlyList<SpecSetting> all = parsed.GetValue(seed) is { } other
            ? [.. settings.Settings, SpecSettings.Seed(other)]
            : settings.Settings;
        var name = parsed.GetRequiredValue(experiment);
        var declared = Open(name, all, settings.Errors);
        return new(name, declared with { Sweep = Where.Apply(declared.Sweep, parsed.GetValue(where) ?? []) }, all);
    }

    /// <summary>The settings of a command line, as far as they can be read, and what is wrong with the rest.</summary>
    public static (IReadOnlyList<SpecSetting> Settings, IReadOnlyList<SpecError> Errors) Parsed(IReadOnlyList<string> words)
    {
        var parsed = words.Select(SpecSettings.Parse).ToList();
        return ([.. parsed.Select(static one => one.Setting).OfType<SpecSetting>()], [.. parsed.SelectMany(static one => one.Errors)]);
    }

    /// <summary>What a name declares with the settings; errors of the settings are shown together with those of the file.</summary>
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

/// <summary>The experiments that a command line means.</summary>
/// <param name="Name">The name or path that was given.</param>
/// <param name="Declared">What is left of its experiments.</param>
/// <param name="Settings">Settings over those of the file.</param>
internal sealed record Chosen(string Name, Declared Declared, IReadOnlyList<SpecSetting> Settings)
{
    public Sequence<Cell> Cells => Declared.Sweep.Cells;

    /// <summary>The one experiment that is meant.</summary>
    /// <exception cref="InputException">There are several.</exception>
    public Spec One =>
        Cells.Count == 1
            ? Cells[0].Spec
            : throw new InputException(
                $"'{Name}' declares several experiments: choose one by --where KEY=VALUE, or give its name, such as '{Cells[0].Spec.Name}'."
            );

    /// <summary>
    /// The start of a file's name for an experiment or a sweep: what it is called and the settings it has over those of its file, so that
    /// files of different settings have different names.
    /// </summary>
    public string FileName(string name) => CellNames.With(name, Settings);
}
