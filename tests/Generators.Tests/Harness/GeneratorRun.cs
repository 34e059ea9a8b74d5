using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SimClrDsl.Generators.Tests.Harness;

/// <summary>
/// What a compilation is given: C# files and YAML files. Each change makes a new value, so that a run can be edited and run again.
/// </summary>
internal sealed record GeneratorRun(
    ImmutableSortedDictionary<string, SyntaxTree> Sources,
    ImmutableSortedDictionary<string, AdditionalText> Texts
)
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest, DocumentationMode.Diagnose);

    private static readonly CSharpCompilationOptions Compiling = new(
        OutputKind.DynamicallyLinkedLibrary,
        nullableContextOptions: NullableContextOptions.Enable,
        // As in Directory.Build.props: a member whose name is the whole story needs no XML comment.
        specificDiagnosticOptions: [new("CS1591", ReportDiagnostic.Suppress), new("CS1573", ReportDiagnostic.Suppress)]
    );

    public static GeneratorRun Empty { get; } =
        new(
            ImmutableSortedDictionary.Create<string, SyntaxTree>(StringComparer.Ordinal),
            ImmutableSortedDictionary.Create<string, AdditionalText>(StringComparer.Ordinal)
        );

    public CSharpParseOptions ParseOptions => Parsing;

    public GeneratorRun WithYaml(string path, string? text) => this with { Texts = Texts.SetItem(path, new YamlText(path, text)) };

    public GeneratorRun WithoutYaml(string path) => this with { Texts = Texts.Remove(path) };

    public GeneratorRun WithSource(string path, string text) =>
        this with
        {
            Sources = Sources.SetItem(path, CSharpSyntaxTree.ParseText(text, Parsing, path, System.Text.Encoding.UTF8)),
        };

    public CSharpCompilation Compilation() => CSharpCompilation.Create("Experiments", Sources.Values, Built.References, Compiling);

    /// <summary>Runs the generator, then again on a clone, and holds that the second time nothing was done anew.</summary>
    public GeneratorOutcome Run()
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new ExperimentGenerator().AsSourceGenerator()],
            Texts.Values,
            Parsing,
            driverOptions: new(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true)
        );
        return GeneratorOutcome.Of(this, driver);
    }
}
