using System.CommandLine;

namespace SimClrDsl.Cli.Commands;

/// <summary>Arguments and options that several commands share.</summary>
internal static class Arguments
{
    /// <summary>The folder of all runs where a command line names no other.</summary>
    public const string RunsFolder = "runs";

    public static Argument<string> Experiment() =>
        new("experiment") { Description = "Name of an experiment in experiments/, or the path of a YAML file or of a run's folder." };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON." };

    public static Option<string?> Out(string description)
    {
        var folder = new Option<string?>("--out") { Description = description };
        folder.Validators.Add(static given =>
        {
            if (given.Tokens is [{ Value: "" }])
            {
                given.AddError("--out is empty: give the path of a folder.");
            }
        });
        return folder;
    }
}
