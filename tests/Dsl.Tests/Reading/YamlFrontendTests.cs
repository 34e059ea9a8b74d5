using SimClrDsl.Reading;
using static SimClrDsl.Tests.Reading.SpecSamples;

namespace SimClrDsl.Tests.Reading;

/// <summary>Nodes and their places.</summary>
public sealed class YamlFrontendTests
{
    [Fact]
    public void The_place_of_every_key_and_value_is_kept()
    {
        const string Text = "name: tiny\ndata:\n  source:  'synthetic'\n  sizes: [ 1, 20 ]\nlast: { a: 1 }\n";
        var root = ReadMap(Text);

        var data = Assert.IsType<SpecNode.Map>(root.Entries[1].Value);
        Assert.Equal("data", Underlined(Text, root.Entries[1].KeySpan));
        Assert.Equal(new SourceSpan("spec.yaml", 19, 6, 3, 3, 3, 9), data.Entries[0].KeySpan);
        Assert.Equal("'synthetic'", Underlined(Text, data.Entries[0].Value.Span));
        Assert.Equal((3, 12), (data.Entries[0].Value.Span.Line, data.Entries[0].Value.Span.Column));
        Assert.Equal("[ 1, 20 ]", Underlined(Text, data.Entries[1].Value.Span));
        Assert.Equal("20", Underlined(Text, Assert.IsType<SpecNode.List>(data.Entries[1].Value).Items[1].Span));
        Assert.Equal("source:  'synthetic'\n  sizes: [ 1, 20 ]", Underlined(Text, data.Span));
        Assert.Equal("{ a: 1 }", Underlined(Text, root.Entries[2].Value.Span));
        Assert.Equal((5, 15), (root.Entries[2].Value.Span.EndLine, root.Entries[2].Value.Span.EndColumn));
    }

    [Fact]
    public void Quoted_scalars_are_told_from_plain_ones()
    {
        var root = ReadMap("a: none\nb: 'none'\nc:\nd: \"\"\n");
        var values = root.Entries.Select(static entry => Assert.IsType<SpecNode.Scalar>(entry.Value)).ToArray();
        Assert.Equal([true, false, false, false], values.Select(static value => value.IsNone));
        Assert.Equal([false, false, true, false], values.Select(static value => value.IsEmpty));
    }

    [Fact]
    public void Windows_line_ends_move_no_place()
    {
        var unix = ErrorsOf(Minimal + "seed: x\npretrain:\n  bach: 3\n");
        var windows = ErrorsOf((Minimal + "seed: x\npretrain:\n  bach: 3\n").Replace("\n", "\r\n"));
        Assert.Equal(unix.Select(static error => error.ToString()), windows.Select(static error => error.ToString()));
        Assert.Equal(2, unix.Count);
    }

    [Fact]
    public void A_byte_order_mark_moves_no_place() =>
        Assert.Equal(ErrorOf(WithStage(Minimal + "seed: x\n")), ErrorOf("\uFEFF" + WithStage(Minimal + "seed: x\n")));

    [Fact]
    public void A_tab_within_a_line_is_accepted() => Assert.Equal(3, Read(Minimal + "seed:\t3\t# three\nprecision: auto \t\n").Seed);

    [Fact]
    public void Nodes_are_equal_by_value() => Assert.Equal(ReadMap(FashionMnist), ReadMap(FashionMnist));

    // A generator that throws takes the whole build down, so no text may.
    [Fact]
    public void Any_text_gives_a_spec_or_errors_within_it()
    {
        foreach (
            var odd in new[]
            {
                "",
                "\t",
                "\n",
                ":",
                "- ",
                "[",
                "}",
                "'",
                "\"",
                "&a ",
                "*a",
                "!",
                "%",
                "---\n",
                "? ",
                "\0",
                "\\",
                "\uD800",
                "#",
                "|",
            }
        )
        {
            for (var at = 0; at < FashionMnist.Length; at += 3)
            {
                var text = FashionMnist.Substring(0, at) + odd + FashionMnist.Substring(at + 1);
                Assert.All(
                    ErrorsOf(text),
                    error =>
                        Assert.True(
                            error.Span is { Line: > 0, Column: > 0, Start: >= 0, Length: >= 0 }
                                && error.Span.Start + error.Span.Length <= text.Length,
                            $"{error} of {text}"
                        )
                );
            }
        }
    }

    [Fact]
    public void Deep_nesting_is_an_error_and_no_overflow() => Assert.Equal("SCLR001", ErrorOf("name: " + new string('[', 10_000)).Id);

    private static SpecNode.Map ReadMap(string text)
    {
        var (root, errors) = YamlFrontend.Read("spec.yaml", text);
        Assert.Empty(errors);
        return Assert.IsType<SpecNode.Map>(root);
    }

    private static string Underlined(string text, SourceSpan span) => text.Substring(span.Start, span.Length);
}
