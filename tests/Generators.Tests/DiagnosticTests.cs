using FsCheck;
using FsCheck.Xunit;
using Microsoft.CodeAnalysis;
using SimClrDsl.Generators.Diagnostics;
using SimClrDsl.Generators.Frontend;
using SimClrDsl.Generators.Tests.Harness;
using SimClrDsl.Planning;
using SimClrDsl.Reading;

namespace SimClrDsl.Generators.Tests;

/// <summary>What is wrong is said in the file where it was written, all of it, and nothing is generated from it.</summary>
public sealed class DiagnosticTests
{
    private const string File = "/experiments/spec.yaml";

    [Fact]
    public void Errors_are_at_their_places_in_the_YAML_file()
    {
        const string Yaml = """
            name: two words
            data: { source: synthetic }
            encoder:
              resnet: 19
              widht: 2
            pretrain: { temperature: -1,
              batch: 64 }
            """;
        var outcome = GeneratorRun.Empty.WithYaml(File, Yaml).Run();
        Assert.Equal(["Experiments.g.cs"], outcome.Files.Keys);
        Assert.Equal(
            [("SCLR010", 0, 6, "two words"), ("SCLR007", 3, 10, "19"), ("SCLR004", 4, 2, "widht"), ("SCLR007", 5, 25, "-1")],
            outcome.Diagnostics.Select(static error => Place(error, Yaml))
        );
        Assert.All(outcome.Diagnostics, static error => Assert.Equal(DiagnosticSeverity.Error, error.Severity));
        Assert.Contains("did you mean 'width'?", outcome.Diagnostics[2].GetMessage());
    }

    [Fact]
    public void Broken_rules_are_at_the_values_that_break_them()
    {
        const string Yaml =
            "name: two words\ndata: { source: synthetic }\nencoder: { resnet: 18, selective_kernel: true }\npretrain: { batch: 64 }";
        Assert.Equal(
            [("SCLR010", 0, 6, "two words"), ("SCLR017", 2, 41, "true")],
            GeneratorRun.Empty.WithYaml(File, Yaml).Run().Diagnostics.Select(static error => Place(error, Yaml))
        );
    }

    [Theory]
    [InlineData("a-b", "aB")]
    [InlineData("a-b", "A-B")]
    [InlineData("ab", "aB")]
    [InlineData("a-1", "a1")]
    public void Two_experiments_of_one_name_are_errors_and_neither_is_generated(string first, string second)
    {
        var outcome = GeneratorRun
            .Empty.WithYaml("/first.yaml", Named(first))
            .WithYaml("/second.yaml", Named(second))
            .WithYaml("/third.yaml", Named("third"))
            .Run();
        Assert.Equal(["SCLR101", "SCLR101"], outcome.Diagnostics.Select(static error => error.Id));
        Assert.Equal(
            ["/first.yaml", "/second.yaml"],
            outcome.Diagnostics.Select(static error => error.Location.GetLineSpan().Path).Order()
        );
        Assert.All(outcome.Files.Keys, static name => Assert.Matches("^(Third|Experiments)\\.", name));
        Assert.DoesNotContain($"{Plan.IdentifierOf(first)}.Experiment()", outcome.Files["Experiments.g.cs"]);
        Assert.Contains("Third.Experiment()", outcome.Files["Experiments.g.cs"]);
    }

    [Fact]
    public void No_experiment_has_the_name_of_the_class_that_lists_them()
    {
        var outcome = GeneratorRun.Empty.WithYaml("/first.yaml", Named("experiments")).WithYaml("/second.yaml", Named("other")).Run();
        var error = Assert.Single(outcome.Diagnostics);
        Assert.Equal(
            (
                "SCLR102",
                "/first.yaml",
                "An experiment cannot be named 'Experiments' in code, as the class that lists all experiments: rename it."
            ),
            (error.Id, error.Location.GetLineSpan().Path, error.GetMessage())
        );
        Assert.Contains("Other.Experiment.g.cs", outcome.Files.Keys);
        Assert.DoesNotContain("Experiments.Experiment.g.cs", outcome.Files.Keys);
    }

    [Fact]
    public void A_record_and_a_file_of_one_name_are_errors_too()
    {
        const string Record = """
            using SimClrDsl.Specs;

            public static class Specs
            {
                [Experiment]
                public static Spec One => new()
                {
                    Name = "aB",
                    Data = new() { Source = DataSource.Synthetic },
                    Encoder = new() { ResNet = 18 },
                    Pretrain = new() { Batch = 64 },
                };
            }
            """;
        var outcome = GeneratorRun.Empty.WithYaml(File, Named("a-b")).WithSource("/Specs.cs", Record).Run();
        Assert.Equal(["Experiments.g.cs"], outcome.Files.Keys);
        Assert.Equal([File, "/Specs.cs"], outcome.Diagnostics.Select(static error => error.Location.GetLineSpan().Path));
        Assert.Equal(
            "Two experiments are named 'AB' in code: rename one of them.",
            Assert.Single(outcome.Diagnostics.Select(static error => error.GetMessage()).Distinct())
        );
    }

    [Theory]
    [InlineData("sim-clr-dsl")]
    [InlineData("torch-sharp")]
    [InlineData("system")]
    public void A_name_that_hides_a_namespace_is_an_error(string name) =>
        Assert.Equal("SCLR010", Assert.Single(GeneratorRun.Empty.WithYaml(File, Named(name)).Run().Diagnostics).Id);

    [Fact]
    public void The_release_file_lists_every_error_once()
    {
        var listed = System
            .IO.File.ReadLines(Path.Combine(Built.Repository, "src/Generators/AnalyzerReleases.Unshipped.md"))
            .Select(static line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(static cells => cells[0].StartsWith("SCLR", StringComparison.Ordinal))
            .Select(static cells => (cells[0], cells[2], cells[3]));
        var known = SpecErrors.All.Append(Descriptors.NotDeclarative).Append(Descriptors.SameName).Append(Descriptors.ReservedName);
        Assert.Equal(known.Select(static kind => (kind.Id, "Error", kind.Title)), listed);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("\0\u0001\ufffe\ud800binary")]
    [InlineData("\uFEFF")]
    [InlineData("---\n---\n")]
    [InlineData("%YAML 9.9\n---\nname: x")]
    [InlineData("name: \"\\ud800\"")]
    [InlineData("name: x\r\rdata: \u2028 {")]
    public void Broken_files_are_errors_of_the_file(string? yaml)
    {
        var outcome = GeneratorRun.Empty.WithYaml(File, yaml).Run();
        Assert.Equal(["Experiments.g.cs"], outcome.Files.Keys);
        Assert.NotEmpty(outcome.Diagnostics);
        Assert.All(outcome.Diagnostics, static error => Assert.StartsWith("SCLR", error.Id));
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void Deep_nesting_is_an_error(char bracket) =>
        Assert.Equal(
            "SCLR001",
            Assert.Single(GeneratorRun.Empty.WithYaml(File, "name: " + new string(bracket, 100_000)).Run().Diagnostics).Id
        );

    // The editor runs the generator while one types: what grows with the square of a file would freeze it. Work is counted as the bytes
    // that it allocates, which are the same on every machine and under every load.
    [Fact]
    public void Ten_times_as_many_unknown_keys_make_no_more_than_twelve_times_the_work()
    {
        static long Work(int keys)
        {
            var text = string.Join("\n", Enumerable.Range(0, keys).Select(static i => $"key{i}: {i}"));
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(SpecReader.ReadYaml(File, text).IsFail);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal("SCLR004", GeneratorRun.Empty.WithYaml(File, "key: 1").Run().Diagnostics[0].Id);
        _ = Work(10);
        var (small, large) = (Work(600), Work(6000));
        Assert.True(large < 12 * small, $"{small} bytes, {large} bytes");
    }

    [Fact]
    public void A_file_of_200_kilobytes_gives_one_list_of_errors()
    {
        var text = string.Join("\n", Enumerable.Range(0, 2000).Select(static i => $"key{i}: {new string('x', 100)}"));
        var errors = GeneratorRun.Empty.WithYaml(File, text).Run().Diagnostics;
        Assert.Equal(2003, errors.Length);
    }

    // Roslyn's Location refuses places that are before the file or end before they start.
    [Property(MaxTest = 1500, StartSize = 1, EndSize = 4)]
    public void Every_error_of_a_damaged_file_has_a_place_that_Roslyn_accepts(NonEmptyArray<Damage> all)
    {
        var text = all.Get.Aggregate(Texts.FashionMnist, static (text, damage) => damage.Of(text));
        SpecReader.ReadYaml(File, text).IfFail(errors => errors.Iter(error => Assert.NotNull(error.Span.ToLocation())));
    }

    /// <summary>A piece put in, some letters left out, or all the rest.</summary>
    public sealed record Damage(byte Kind, DoNotSize<ushort> Place, byte Amount)
    {
        private const string Pieces = "{}[]:,#&*!|>'\"%@`?-\n\t 0a\r\uFEFFé";

        public string Of(string text)
        {
            var at = Place.Item % (text.Length + 1);
            return (Kind % 3) switch
            {
                0 => text.Insert(at, Pieces[Amount % Pieces.Length].ToString()),
                1 => text.Remove(at, Math.Min(1 + (Amount % 19), text.Length - at)),
                _ => text[..at],
            };
        }
    }

    private static string Named(string name) => Texts.Minimal.Replace("minimal", name);

    private static (string Id, int Line, int Column, string Text) Place(Diagnostic error, string text)
    {
        var span = error.Location.GetLineSpan();
        Assert.Equal(File, span.Path);
        return (
            error.Id,
            span.StartLinePosition.Line,
            span.StartLinePosition.Character,
            text.Substring(error.Location.SourceSpan.Start, error.Location.SourceSpan.Length)
        );
    }
}
