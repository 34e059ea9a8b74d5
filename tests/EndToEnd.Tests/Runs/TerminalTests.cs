using SimClrDsl.Cli.Terminal;
using Spectre.Console;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>What a run draws on a terminal; everywhere else it writes the plain lines that other tests check.</summary>
public sealed class TerminalTests
{
    private const string HideCursor = "\e[?25l";
    private const string ShowCursor = "\e[?25h";

    private readonly StringWriter output = new();

    private IAnsiConsole Console(int width)
    {
        var console = AnsiConsole.Create(
            new()
            {
                Ansi = AnsiSupport.Yes,
                Interactive = InteractionSupport.Yes,
                Out = new AnsiConsoleOutput(output),
            }
        );
        console.Profile.Width = width;
        return console;
    }

    [Fact]
    public void A_line_is_drawn_until_it_is_cleared_and_may_come_again()
    {
        var line = new TerminalLine(Console(width: 120));
        line.Clear();
        Assert.Equal("", output.ToString());
        foreach (var text in (string[])["pretrain [1/2]", "finetune"])
        {
            line.Show(text, 1, 2);
            line.Show(text, 2, 2);
            line.Clear();
            Assert.Contains(text, output.ToString(), StringComparison.Ordinal);
            Assert.EndsWith(ShowCursor, output.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(3, output.ToString().Split(HideCursor).Length);
    }

    [Fact]
    public void Results_fit_the_terminal()
    {
        Console(width: 60)
            .Write(
                TerminalOutput.Table([
                    new("kNN", 0.8012, "k 20"),
                    new("fine-tuned", null, string.Join(' ', Enumerable.Repeat("[label]", 20))),
                ])
            );
        var lines = output.ToString().Split('\n');
        Assert.All(lines, static line => Assert.InRange(line.Length, 0, 60));
        Assert.Contains(lines, static line => line.Contains("80.12 %", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains("diverged", StringComparison.Ordinal));
    }
}
