using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.BadInput;

/// <summary>A spec with errors: each is one line with file, line, column and what to do, and no run begins.</summary>
public sealed class SpecFileTests
{
    [Theory]
    [InlineData("epochs: 1\n  batch: 16\nevaluate", "epoch: 1\n  batch: 16\nevaluate", "(9,3): error SCLR004:", "did you mean 'epochs'?")]
    [InlineData("seed: 1", "sede: 1", "(2,1): error SCLR004:", "did you mean 'seed'?")]
    [InlineData("batch: 16\nevaluate", "batch: many\nevaluate", "(10,10): error SCLR006:", "'pretrain.batch' must be a whole number")]
    [InlineData("width: 0.125\npretrain", "width: 99\npretrain", "(6,10): error SCLR007:", "at most 16")]
    [InlineData("resnet: 18\n", "resnet: 19\n", "(5,11): error SCLR007:", "18, 34, 50, 101, 152")]
    [InlineData("width: 0.125\npretrain", "width: 0.125\n  resnet: 34\npretrain", "(7,3): error SCLR003:", "first in line 5")]
    [InlineData("{ k: 3 }", "{ k: 3", "error SCLR001:", "check indentation, colons, quotes and brackets")]
    [InlineData("  resnet: 18\n", "\tresnet: 18\n", "(5,1): error SCLR001:", "replace the tab")]
    [InlineData("from_head_layer: 1", "from_head_layer: 3", "(15,30): error SCLR021:", "the head has 2 layers: use 0 to 2")]
    [InlineData("student: { resnet: 18,", "student: { classes: 7, resnet: 18,", "(17,23): error SCLR022:", "the data has 2 classes")]
    [InlineData("source: synthetic", "source: synthetics", "(3,17): error SCLR008:", "did you mean 'synthetic'?")]
    [InlineData("name: tiny", "name: ../tiny", "(1,7): error SCLR010:", "use letters, digits and hyphens")]
    public void An_error_is_one_line_at_its_place(string replaced, string by, string place, string advice)
    {
        using var folder = Tiny.Workplace(replaced, by);
        var outcome = folder.Refuses(["run", Tiny.File, "--out", "runs"]);
        outcome.Says(place, advice);
        Assert.StartsWith(Tiny.File + "(", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_error_has_its_line()
    {
        using var folder = Tiny.Workplace("  width: 0.125\npretrain:", "  width: wide\n  colour: red\npretrain:\n  temperature: -1");
        foreach (var command in (string[])["run", "check", "plan", "emit"])
        {
            folder.Refuses([command, Tiny.File], lines: 3).Says("(6,10): error SCLR006", "(7,3): error SCLR004", "(9,16): error SCLR007");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("# only a comment\n")]
    public void An_empty_file_is_told_what_to_start_with(string text)
    {
        using var folder = new Workplace().With("empty.yaml", text);
        folder.Refuses(["run", "empty.yaml"]).Says("empty.yaml(1,1): error SCLR002", "start with 'name:', 'data:' and 'encoder:'");
    }

    [Theory]
    [InlineData("name: a\n- b\n")]
    [InlineData("- name\n")]
    [InlineData("just words")]
    [InlineData("&anchor name: *anchor")]
    [InlineData("name: [a, b")]
    [InlineData("\"name: x")]
    [InlineData("name: x\n---\nname: y\n")]
    public void Anything_else_is_refused_at_a_place(string text)
    {
        using var folder = new Workplace().With("odd.yaml", text);
        var outcome = folder.Simclr("run", "odd.yaml");
        outcome.Refused(lines: outcome.ErrorLines.Count);
        Assert.NotEmpty(outcome.ErrorLines);
        Assert.All(outcome.ErrorLines, static line => Assert.Matches(@"^odd\.yaml\(\d+,\d+\): error SCLR\d{3}: \S", line));
    }

    [Fact]
    public void A_binary_file_is_refused_without_its_bytes_reaching_the_terminal()
    {
        using var folder = new Workplace();
        byte[] program = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, .. Enumerable.Range(0, 4089).Select(static i => (byte)(i * i))];
        foreach (var length in (int[])[1, 64, 4096])
        {
            File.WriteAllBytes(folder.At("binary.yaml"), program[..length]);
            var outcome = folder.Refuses(["run", "binary.yaml"]);
            AssertPrintable(outcome);
            Assert.Matches(@"^binary\.yaml\(\d+,\d+\): error SCLR00[16]: ", outcome.Errors);
        }
    }

    [Fact]
    public void Check_goes_on_after_a_bad_spec()
    {
        using var folder = Tiny.Workplace("encoder:", "encodr:");
        var outcome = folder.Refuses(["check", Tiny.File, "nothing", "resnet50"], lines: 3);
        outcome.Says("did you mean 'encoder'?", "'encoder' is missing", "no experiment is named 'nothing'");
        Assert.Equal("resnet50: ok\n", outcome.Output);
    }

    [Theory]
    [InlineData("\\n")]
    [InlineData("\\e[31m")]
    public void What_a_file_says_is_quoted_in_one_line(string escape)
    {
        using var folder = Tiny.Workplace("name: tiny", $"name: \"ti{escape}ny\"");
        var outcome = folder.Refuses(["run", Tiny.File]).Says("(1,7): error SCLR010:", "ti\\u00");
        AssertPrintable(outcome);
    }

    private static void AssertPrintable(Outcome outcome) =>
        Assert.DoesNotContain(outcome.Errors, static letter => char.IsControl(letter) && letter != '\n');
}
