using System.CommandLine;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Commands;

/// <summary>The option <c>--where KEY=VALUE</c>, which selects experiments of a sweep.</summary>
internal static class WhereOption
{
    public static Option<string[]> Option() =>
        new("--where")
        {
            Description = "Only the experiments of a matrix with this value, as in --where encoder.resnet=50; may be repeated.",
            AllowMultipleArgumentsPerToken = true,
        };

    /// <summary>The experiments that satisfy all conditions.</summary>
    /// <returns>The sweep of those; or that a condition does not have the form KEY=VALUE, or that no experiment remains.</returns>
    public static LanguageExt.Either<InputError, Sweep> Apply(Sweep sweep, IReadOnlyList<string> conditions) =>
        conditions.Select(Parse).All().Bind(wanted => Apply(sweep, conditions, wanted));

    private static LanguageExt.Either<InputError, Sweep> Apply(
        Sweep sweep,
        IReadOnlyList<string> conditions,
        IReadOnlyList<(string Key, string Value)> wanted
    )
    {
        var keys = sweep.Cells.SelectMany(static cell => cell.Settings.Select(static setting => setting.Path)).Distinct().ToList();
        if (wanted.Select(static pair => pair.Key).FirstOrDefault(key => !keys.Contains(key)) is { } unknown)
        {
            return new InputError(
                keys.Count == 0
                    ? $"--where {unknown}=…: '{sweep.Name}' has no matrix."
                    : $"--where {unknown}=…: the matrix of '{sweep.Name}' has no such key: {Nearest.Advice(unknown, keys)}"
            );
        }

        var left = sweep.Cells.Where(cell => wanted.All(pair => cell.Find(pair.Key) == pair.Value)).ToSequence();
        return left.Count > 0
            ? sweep with
            {
                Cells = left,
            }
            : new InputError($"no experiment of '{sweep.Name}' has {string.Join(" and ", conditions)}: see 'simclr plan {sweep.Name}'.");
    }

    private static LanguageExt.Either<InputError, (string Key, string Value)> Parse(string condition) =>
        condition.Split('=', 2) is [{ Length: > 0 } key, { Length: > 0 } value]
            ? (key.Trim(), value.Trim())
            : new InputError($"--where {condition}: write KEY=VALUE, as in --where encoder.resnet=50.");
}
