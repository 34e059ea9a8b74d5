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
    /// <exception cref="InputException">A condition does not have the form KEY=VALUE, or no experiment remains.</exception>
    public static Sweep Apply(Sweep sweep, IReadOnlyList<string> conditions)
    {
        var wanted = conditions.Select(Parse).ToList();
        var keys = sweep.Cells.SelectMany(static cell => cell.Settings.Select(static setting => setting.Path)).Distinct().ToList();
        if (wanted.Select(static pair => pair.Key).FirstOrDefault(key => !keys.Contains(key)) is { } unknown)
        {
            throw new InputException(
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
            : throw new InputException(
                $"no experiment of '{sweep.Name}' has {string.Join(" and ", conditions)}: see 'simclr plan {sweep.Name}'."
            );
    }

    private static (string Key, string Value) Parse(string condition) =>
        condition.Split('=', 2) is [{ Length: > 0 } key, { Length: > 0 } value]
            ? (key.Trim(), value.Trim())
            : throw new InputException($"--where {condition}: write KEY=VALUE, as in --where encoder.resnet=50.");
}
