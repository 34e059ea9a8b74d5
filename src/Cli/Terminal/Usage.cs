using System.CommandLine;
using SimClrDsl.Reading;

namespace SimClrDsl.Cli.Terminal;

/// <summary>Describes errors of a command line in one line, with advice on what to type instead.</summary>
internal static class Usage
{
    /// <summary>The first error of a command line; null if there is none.</summary>
    public static string? Fault(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (UnknownOption(parsed) is { } unknown)
        {
            return $"there is no option '{unknown}': {Nearest.Advice(unknown, [.. command.Options.Select(static option => option.Name)])}";
        }

        if (parsed.Errors.Count == 0)
        {
            return null;
        }

        if (command is not RootCommand)
        {
            return $"{parsed.Errors[0].Message} See 'simclr {command.Name} --help'.";
        }

        var commands = command.Subcommands.Where(static known => !known.Hidden).Select(static known => known.Name).ToList();
        return parsed.UnmatchedTokens is [var word, ..]
            ? $"there is no command '{word}': {Nearest.Advice(word, commands)}"
            : $"no command was given: use one of {string.Join(", ", commands)}; see 'simclr --help'.";
    }

    // An unknown option in first place is taken for the name of the experiment, and the parser then reports the word after it instead.
    private static string? UnknownOption(ParseResult parsed) =>
        parsed
            .CommandResult.Tokens.Select(static token => token.Value)
            .Concat(parsed.UnmatchedTokens)
            .FirstOrDefault(static word => word.StartsWith('-'));
}
