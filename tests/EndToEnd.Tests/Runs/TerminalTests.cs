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

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(200)]
    public void A_text_of_the_given_width_stays_in_one_line_with_its_bar(int columns)
    {
        var line = new TerminalLine(Console(columns));
        var text = new string('x', line.Width);
        line.Show(text, 1, 2);
        line.Show(text, 2, 2);
        line.Clear();
        var drawn = output.ToString().Split('\n', '\r').Where(static part => part.Contains('x', StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(drawn);
        Assert.All(drawn, part => Assert.Contains(text, part, StringComparison.Ordinal));
        Assert.Contains(drawn, static part => part.Contains('━', StringComparison.Ordinal));
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
