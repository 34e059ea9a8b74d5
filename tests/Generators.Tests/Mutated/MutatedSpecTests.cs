using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SimClrDsl.Generators.Emit;
using SimClrDsl.Generators.Tests.Harness;
using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Reading;

namespace SimClrDsl.Generators.Tests.Mutated;

/// <summary>
/// The repository's specs, spoilt in 300 ways. Each is either accepted, and then it plans, is written and read back as it was and generates
/// C# that parses; or it is refused, and then each error says in one line what is wrong and where. Nothing throws and nothing fails to end.
/// </summary>
public sealed partial class MutatedSpecTests
{
    private const int Count = 300;

    private static readonly string[] Files =
    [
        .. Directory
            .EnumerateFiles(Path.Combine(Built.Repository, "experiments"), "*.yaml", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Numbers of the cases, each with what is done to which file.</summary>
    public static IEnumerable<object[]> Cases =>
        Enumerable.Range(0, Count).Select(static number => new object[] { number, Describe(number) });

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_spoilt_spec_is_accepted_whole_or_refused_in_words(int number, string description)
    {
        _ = description; // for the person who reads the name of a test that fails
        var text = Text(number);
        SweepReader.ReadYaml("spoilt.yaml", text).Match(Succ: AssertWhole, Fail: errors => AssertInWords([.. errors], text));
        SpecReader.ReadYaml("spoilt.yaml", text).Match(Succ: static _ => { }, Fail: errors => AssertInWords([.. errors], text));
    }

    [Fact]
    public void Specs_that_are_accepted_and_specs_that_are_refused_are_both_tried()
    {
        var accepted = Enumerable.Range(0, Count).Count(static number => SweepReader.ReadYaml("spoilt.yaml", Text(number)).IsSuccess);
        Assert.InRange(accepted, Count / 10, Count - (Count / 3));
    }

    private static YamlMutation Mutation(int number) => YamlMutations.All[number % YamlMutations.All.Count];

    private static string FileOf(int number) => Files[new Draw(number).Below(Files.Length)];

    private static string Text(int number) => Mutation(number).Apply(new Draw(~number), File.ReadAllText(FileOf(number)));

    private static string Describe(int number) => $"{Path.GetFileNameWithoutExtension(FileOf(number))}: {Mutation(number).Name}";

    private static void AssertWhole(Sweep sweep)
    {
        Assert.NotEmpty(sweep.Cells);
        foreach (var spec in sweep.Cells.Select(static cell => cell.Spec))
        {
            var written = SpecWriter.Write(spec);
            var again = Texts.Read(written);
            Assert.Equal(spec, again);
            Assert.Equal(written, SpecWriter.Write(again));
            Assert.Equal(SpecHash.Of(spec), SpecHash.Of(again));

            var plan = Plan.Of(spec);
            Assert.Equal(StageHashes.Of(plan), StageHashes.Of(Plan.Of(again)));
            var table = PlanTable.Format(plan);
            Assert.DoesNotMatch(NoNumber(), table);
            // An overflowed product is negative: nothing that a plan counts is.
            Assert.DoesNotMatch(Negative(), table);
        }

        // A figure has up to 240 experiments; a dozen of them show what the others would.
        var files = SweepEmitter.Emit(SweepPlan.Of(sweep.Name, sweep.Cells.Take(12).Select(static cell => cell.Spec)));
        Assert.Equal(files.Count, files.Select(static file => file.HintName).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(files, AssertParses);
    }

    private static void AssertParses(SourceFile file)
    {
        Assert.DoesNotMatch(NoNumber(), file.Text);
        Assert.DoesNotContain('\r', file.Text);
        var errors = CSharpSyntaxTree
            .ParseText(file.Text)
            .GetDiagnostics()
            .Where(static found => found.Severity == DiagnosticSeverity.Error);
        Assert.True(!errors.Any(), $"{file.HintName}: {string.Join("\n", errors.Take(5))}");
    }

    private static void AssertInWords(IReadOnlyList<SpecError> errors, string text)
    {
        Assert.NotEmpty(errors);
        var lines = LineEnds().Split(text);
        Assert.All(
            errors,
            error =>
            {
                Assert.Matches("^SCLR[0-9]{3}$", error.Id);
                Assert.Equal("spoilt.yaml", error.Span.File);
                // A file that ends too early is wrong in the line after its last.
                Assert.InRange(error.Span.Line, 1, lines.Length + 1);
                Assert.InRange(error.Span.Column, 1, lines.ElementAtOrDefault(error.Span.Line - 1)?.Length + 1 ?? 1);
                Assert.InRange(error.Span.Start, 0, text.Length);
                Assert.InRange(error.Span.Start + error.Span.Length, error.Span.Start, text.Length);
                Assert.InRange(error.Message.Length, 20, 1000);
                Assert.DoesNotContain(error.Message, char.IsControl);
                Assert.Matches(@"[.?)]$", error.Message);
                Assert.DoesNotMatch("Exception|\\{[0-9]\\}", error.Message);
                Assert.Equal($"spoilt.yaml({error.Span.Line},{error.Span.Column}): error {error.Id}: {error.Message}", $"{error}");
            }
        );
        Assert.Equal(errors.Count, errors.Distinct().Count());
    }

    [GeneratedRegex(@"NaN|∞|Infinity")]
    private static partial Regex NoNumber();

    [GeneratedRegex(@"(?<![\w.,)-]) -\d")]
    private static partial Regex Negative();

    [GeneratedRegex("\r\n|[\n\r\u0085\u2028\u2029]")]
    private static partial Regex LineEnds();
}
