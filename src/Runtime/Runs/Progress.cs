using System.Globalization;

namespace SimClrDsl.Runtime.Runs;

/// <summary>
/// Tells how a run goes. On a terminal one line is rewritten in place; elsewhere a line is written for every tenth of a stage, but at most
/// every ten seconds and at least every minute.
/// </summary>
/// <param name="output">Where to write.</param>
/// <param name="terminal">Whether a carriage return there goes back to the start of the line.</param>
/// <param name="clock">Paces the lines.</param>
public sealed class Progress(TextWriter output, bool terminal, TimeProvider clock)
{
    private static readonly TimeSpan TerminalPace = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan PlainPace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PlainPatience = TimeSpan.FromMinutes(1);
    private const int PlainParts = 10;

    private static readonly TimeSpan CountPatience = TimeSpan.FromSeconds(3);

    private long? written;
    private ProgressPoint? last;
    private int shown;
    private long? counting;
    private long counted;

    /// <summary>On the console, which is a terminal unless it is redirected.</summary>
    public static Progress OnConsole() => new(Console.Out, terminal: !Console.IsOutputRedirected, TimeProvider.System);

    /// <summary>Shows where a stage stands, if it is time to.</summary>
    public void Report(ProgressPoint point)
    {
        if (!IsDue(point))
        {
            return;
        }

        (written, last) = (clock.GetTimestamp(), point);
        var line = ProgressLine.Format(point);
        if (terminal)
        {
            // Padded, so that nothing of a longer line before stays visible.
            output.Write('\r' + line.PadRight(shown));
            shown = line.Length;
        }
        else
        {
            output.WriteLine(line);
        }

        output.Flush();
    }

    /// <summary>Shows how many of many things are done, once that takes longer than a few seconds; several threads may call it.</summary>
    /// <param name="what">Is done: "checking images".</param>
    /// <param name="done">Of them.</param>
    /// <param name="all">To do.</param>
    public void Count(string what, int done, int all)
    {
        lock (clock)
        {
            counting ??= clock.GetTimestamp();
            var since = counted == 0 ? counting.Value : counted;
            if (
                clock.GetElapsedTime(since)
                < (
                    terminal && counted != 0 ? TerminalPace
                    : terminal ? CountPatience
                    : PlainPace
                )
            )
            {
                return;
            }

            counted = clock.GetTimestamp();
            var line = string.Create(CultureInfo.InvariantCulture, $"{what}: {done:N0} of {all:N0}");
            if (terminal)
            {
                output.Write('\r' + line.PadRight(shown));
                shown = line.Length;
            }
            else
            {
                output.WriteLine(line);
            }

            output.Flush();
        }
    }

    /// <summary>Writes a line that stays.</summary>
    public void Note(string text)
    {
        Clear();
        output.WriteLine(text);
        output.Flush();
    }

    /// <summary>Removes the line that is rewritten in place; call it at the end of a stage.</summary>
    public void Clear()
    {
        if (shown > 0)
        {
            output.Write('\r' + new string(' ', shown) + '\r');
            shown = 0;
        }
    }

    private bool IsDue(ProgressPoint point)
    {
        if (last is null || last.Stage != point.Stage || point.Step == point.Steps)
        {
            return true;
        }

        var waited = clock.GetElapsedTime(written!.Value);
        return terminal ? waited >= TerminalPace : waited >= PlainPatience || (waited >= PlainPace && Part(point) > Part(last));
    }

    private static long Part(ProgressPoint point) => point.Steps > 0 ? (long)PlainParts * point.Step / point.Steps : 0;
}
