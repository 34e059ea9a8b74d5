using SimClrDsl.Runtime.Runs;
using Spectre.Console;
using Progress = SimClrDsl.Runtime.Runs.Progress;

namespace SimClrDsl.Cli.Terminal;

/// <summary>The console where it is a terminal: a bar that moves, and tables that fit its width. Elsewhere there are plain lines.</summary>
internal static class TerminalOutput
{
    /// <summary>Tells how a run goes. Dispose of it before anything else is written.</summary>
    public static Progress Progress() => Progress(Console.Out);

    /// <summary>The same, with plain lines for a given writer.</summary>
    public static Progress Progress(TextWriter lines) =>
        new(lines, Here() is { } console ? new TerminalLine(console) : null, TimeProvider.System);

    /// <summary>Writes the results of a run; nothing if it measured nothing.</summary>
    public static void Write(IReadOnlyCollection<ResultRow> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        if (Here() is { } console)
        {
            console.Write(Table(rows));
        }
        else
        {
            Console.Out.WriteLine(ResultTable.Format(rows));
        }
    }

    /// <summary>The results of a run as a table whose texts wrap within their columns.</summary>
    internal static Table Table(IReadOnlyCollection<ResultRow> rows)
    {
        var lines = ResultTable.Cells(rows).Select(static line => line.Select(static cell => new Text(cell)).ToArray()).ToList();
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var (i, heading) in lines[0].Index())
        {
            table.AddColumn(new TableColumn(heading) { Alignment = i == 0 || i == lines[0].Length - 1 ? Justify.Left : Justify.Right });
        }

        lines.Skip(1).ToList().ForEach(line => table.AddRow(line));
        return table;
    }

    private static IAnsiConsole? Here()
    {
        if (Console.IsOutputRedirected)
        {
            return null;
        }

        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Out) });
        return console.Profile is { Out.IsTerminal: true, Capabilities: { Ansi: true, Interactive: true } } ? console : null;
    }
}
