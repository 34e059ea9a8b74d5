using System.Globalization;

namespace SimClrDsl.Runtime.Runs;

/// <summary>A line of a terminal that changes in place. One thread at a time calls it.</summary>
public interface ILiveLine
{
    /// <summary>Characters of a text that fit beside what shows how many are done.</summary>
    int Width { get; }

    /// <summary>Shows a text, and how many of how many are done.</summary>
    void Show(string text, int done, int all);

    /// <summary>Takes the line away, if it is shown.</summary>
    void Clear();
}

/// <summary>
/// Tells how a run goes. On a terminal one line changes in place; elsewhere a line is written for every tenth of a stage, but at most every
/// ten seconds and at least every minute.
/// </summary>
/// <param name="output">Where to write.</param>
/// <param name="live">The line that changes in place; null where there is no terminal.</param>
/// <param name="clock">Paces the lines.</param>
public sealed class Progress(TextWriter output, ILiveLine? live, TimeProvider clock) : IRunObserver, IDisposable
{
    private static readonly TimeSpan TerminalPace = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan PlainPace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PlainPatience = TimeSpan.FromMinutes(1);
    private const int PlainParts = 10;

    private static readonly TimeSpan CountPatience = TimeSpan.FromSeconds(3);

    private long? written;
    private ProgressPoint? last;
    private long? counting;
    private long counted;

    /// <summary>Shows where a stage stands, if it is time to.</summary>
    public void Report(ProgressPoint point)
    {
        if (!IsDue(point))
        {
            return;
        }

        (written, last) = (clock.GetTimestamp(), point);
        Show(live is null ? ProgressLine.Format(point) : ProgressLine.Format(point, live.Width), point.Step, point.Steps);
    }

    /// <summary>Shows how many of many things are done, once that takes longer than a few seconds; several threads may call it.</summary>
    /// <param name="what">What is done, such as "checking images".</param>
    /// <param name="done">Number of things that are done.</param>
    /// <param name="all">Number of all things.</param>
    public void Count(string what, int done, int all)
    {
        lock (clock)
        {
            counting ??= clock.GetTimestamp();
            var since = counted == 0 ? counting.Value : counted;
            if (
                clock.GetElapsedTime(since)
                < (
                    live is not null && counted != 0 ? TerminalPace
                    : live is not null ? CountPatience
                    : PlainPace
                )
            )
            {
                return;
            }

            counted = clock.GetTimestamp();
            Show(string.Create(CultureInfo.InvariantCulture, $"{what}: {done:N0} of {all:N0}"), done, all);
        }
    }

    /// <summary>Writes a line that stays.</summary>
    public void Note(string text)
    {
        Clear();
        output.WriteLine(text);
        output.Flush();
    }

    /// <summary>Removes the line that changes in place; call it at the end of a stage.</summary>
    public void Clear() => live?.Clear();

    /// <summary>As <see cref="Clear"/>: a run that fails leaves no line behind.</summary>
    public void Dispose() => Clear();

    private void Show(string line, int done, int all)
    {
        if (live is not null)
        {
            live.Show(line, done, all);
            return;
        }

        output.WriteLine(line);
        output.Flush();
    }

    private bool IsDue(ProgressPoint point)
    {
        if (last is null || last.Stage != point.Stage || point.Step == point.Steps)
        {
            return true;
        }

        var waited = clock.GetElapsedTime(written!.Value);
        return live is not null ? waited >= TerminalPace : waited >= PlainPatience || (waited >= PlainPace && Part(point) > Part(last));
    }

    private static long Part(ProgressPoint point) => point.Steps > 0 ? (long)PlainParts * point.Step / point.Steps : 0;
}
