using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SimClrDsl.Generators.Emit;
using SimClrDsl.Generators.Tests.Harness;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Tests;

/// <summary>
/// A spec may come from a stranger, and <c>simclr run</c> compiles and runs the code that is generated from it. No text of a spec becomes
/// code: the tokens are the same whatever it says, but for what string literals hold.
/// </summary>
public sealed class HostileTextTests
{
    private const string Code = "System.Environment.Exit(1);";

    private const string Yaml = """
        name: hostile
        data: { source: folder, image: 8, classes: 2, train_images: 32, labels: 4, test_images: 8, path: a, label_list: a }
        encoder: { resnet: 18, width: 0.25 }
        pretrain: { epochs: 2, batch: 16 }
        ours: { data.path: open, pretrain.batch: a }
        """;

    /// <summary>What could end a literal, a comment or a line.</summary>
    public static TheoryData<string> Ends =>
        [
            "\n",
            "\r",
            "\r\n",
            "\u0085",
            "\u2028",
            "\u2029",
            "\f",
            "\0",
            "\"",
            "\\",
            "\\\"",
            "\"\"\"",
            "'",
            "*/",
            "{",
            "}",
            "{{",
            "\\u000a",
            "\\n",
        ];

    [Theory]
    [MemberData(nameof(Ends))]
    public void A_text_never_becomes_code(string end)
    {
        var text = $"a{end}{Code}{end}//";
        var tokens = Tokens(WithTexts(text));
        Assert.Equal(Tokens(WithTexts("a")).Select(Shown), tokens.Select(Shown));
        // The path, the list and the reason, and the path and the list again where the images are opened.
        Assert.Equal(5, tokens.Count(token => token.Value is string value && value == text));
    }

    // In memory a spec is compiled from the YAML that it is written as.
    [Theory]
    [MemberData(nameof(Ends))]
    public void A_text_never_becomes_another_setting(string end)
    {
        var spec = WithTexts($"a{end}seed: 5{end}  side: 3 # {end}");
        Assert.Equal(spec, Texts.Read(SpecWriter.Write(spec)));
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void A_name_holds_letters_digits_and_hyphens(string end) =>
        Assert.True(SpecReader.ReadYaml("hostile.yaml", SpecWriter.Write(Texts.Read(Yaml) with { Name = $"a{end}{Code}" })).IsFail);

    private static Spec WithTexts(string text)
    {
        var spec = Texts.Read(Yaml);
        return spec with
        {
            Data = spec.Data with { Path = text, LabelList = text },
            Ours = [new("data.path", "open"), new("pretrain.batch", text)],
        };
    }

    // Without commas: a list of many lines has one more than the same list on one line.
    private static List<SyntaxToken> Tokens(Spec spec) =>
        [
            .. ExperimentEmitter
                .Emit(Plan.Of(spec))
                .SelectMany(static file => CSharpSyntaxTree.ParseText(file.Text).GetRoot().DescendantTokens(descendIntoTrivia: true))
                .Where(static token => !token.IsKind(SyntaxKind.CommaToken)),
        ];

    private static string Shown(SyntaxToken token) => token.IsKind(SyntaxKind.StringLiteralToken) ? "a string" : token.Text;
}
