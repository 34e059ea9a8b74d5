using SimClrDsl.Runtime.Runs;
using Spectre.Console;

namespace SimClrDsl.Cli.Terminal;

/// <summary>A text and a bar, which Spectre.Console draws from a thread of its own from the first text until they are cleared.</summary>
internal sealed class TerminalLine : ILiveLine
{
    // The bar takes what a long text leaves of the line.
    private const int LongText = 100;
    private const int ShortestBar = 10;
    private const int LongestBar = 40;
    private const int Gaps = 3;

    private readonly IAnsiConsole console;
    private (ProgressTask Bar, TaskCompletionSource End, Task Drawn)? shown;

    public TerminalLine(IAnsiConsole console)
    {
        this.console = console;
        // A person who ends the program shall have the cursor back, which is hidden while the bar is drawn.
        Console.CancelKeyPress += (_, _) => console.Cursor.Show();
    }

    public int Width => console.Profile.Width - BarWidth - Gaps;

    private int BarWidth => Math.Clamp(console.Profile.Width - LongText - Gaps, ShortestBar, LongestBar);

    public void Show(string text, int done, int all)
    {
        var bar = (shown ??= Start(Markup.Escape(text))).Bar;
        bar.Description = Markup.Escape(text);
        bar.MaxValue = Math.Max(1, all);
        bar.Value = done;
    }

    public void Clear()
    {
        if (shown is { } showing)
        {
            shown = null;
            showing.End.SetResult();
            showing.Drawn.GetAwaiter().GetResult();
        }
    }

    private (ProgressTask, TaskCompletionSource, Task) Start(string text)
    {
        var (bar, end) = (new TaskCompletionSource<ProgressTask>(), new TaskCompletionSource());
        var drawn = console
            .Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = BarWidth })
            .StartAsync(context =>
            {
                bar.SetResult(context.AddTask(text));
                return end.Task;
            });
        // Not of the bar alone: what cannot be drawn shall say so.
        Task.WhenAny(drawn, bar.Task).Unwrap().GetAwaiter().GetResult();
        return (bar.Task.Result, end, drawn);
    }
}
