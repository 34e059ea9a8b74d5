using System.CommandLine;

namespace SimClrDsl.Cli.Commands;

/// <summary>Arguments and options that several commands share.</summary>
internal static class Arguments
{
    public static Argument<string> Experiment() =>
        new("experiment") { Description = "Name of an experiment in experiments/, or the path of a YAML file." };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON." };
}
