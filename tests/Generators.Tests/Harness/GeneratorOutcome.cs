using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using SimClrDsl.Generators.Emit;
using SimClrDsl.Generators.Frontend;
using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Tests.Harness;

/// <summary>What the generator made of a run.</summary>
internal sealed class GeneratorOutcome
{
    private static readonly string[] AllSteps =
    [
        StepNames.ReadYaml,
        StepNames.ReadRecords,
        StepNames.Spec,
        StepNames.Plan,
        StepNames.Emit,
        StepNames.Diagnostics,
    ];

    private readonly GeneratorRun run;
    private readonly GeneratorDriver driver;
    private readonly GeneratorRunResult result;
    private readonly Compilation output;

    private GeneratorOutcome(GeneratorRun run, GeneratorDriver driver, Compilation output)
    {
        (this.run, this.driver, this.output) = (run, driver, output);
        result = Assert.Single(driver.GetRunResult().Results);
    }

    /// <summary>What the generator reported.</summary>
    public ImmutableArray<Diagnostic> Diagnostics => result.Diagnostics;

    /// <summary>Generated texts by hint name, <c>FashionMnist.Encoder.g.cs</c>.</summary>
    public IReadOnlyDictionary<string, string> Files =>
        result.GeneratedSources.ToDictionary(static source => source.HintName, static source => source.SourceText.ToString());

    /// <summary>Every output of a step of ours, by its name in <see cref="StepNames"/>.</summary>
    public IReadOnlyList<(object Value, IncrementalStepRunReason Reason)> Step(string name) =>
        result.TrackedSteps.TryGetValue(name, out var steps) ? [.. steps.SelectMany(static step => step.Outputs)] : [];

    /// <summary>
    /// Why each output of a step is what it is, in the order of the files or experiments' names: Roslyn keeps steps in none.
    /// </summary>
    public IReadOnlyList<IncrementalStepRunReason> Reasons(string name) =>
        [.. Step(name).OrderBy(static output => NameOf(output.Value), StringComparer.Ordinal).Select(static output => output.Reason)];

    public static GeneratorOutcome Of(GeneratorRun run, GeneratorDriver driver)
    {
        var ran = driver.RunGeneratorsAndUpdateCompilation(run.Compilation(), out var output, out var diagnostics);
        var outcome = new GeneratorOutcome(run, ran, output);
        // A generator that throws is a warning, CS8785, and an exception kept aside.
        Assert.Null(outcome.result.Exception);
        Assert.DoesNotContain(diagnostics, static diagnostic => diagnostic.Id.StartsWith("CS", StringComparison.Ordinal));
        outcome.AssertNothingIsDoneAnew();
        outcome.AssertNothingHoldsTheCompilation();
        return outcome;
    }

    /// <summary>The same driver on changed files, as an editor runs it.</summary>
    public GeneratorOutcome Then(Func<GeneratorRun, GeneratorRun> edit)
    {
        var edited = edit(run);
        var next = driver;
        foreach (var (path, text) in run.Texts)
        {
            next =
                !edited.Texts.TryGetValue(path, out var changed) ? next.RemoveAdditionalTexts([text])
                : ReferenceEquals(changed, text) ? next
                : next.ReplaceAdditionalText(text, changed);
        }

        return Of(
            edited,
            next.AddAdditionalTexts([.. edited.Texts.Where(text => !run.Texts.ContainsKey(text.Key)).Select(static text => text.Value)])
        );
    }

    /// <summary>Everything the compiler says about the files with what was generated, from warnings up: nothing.</summary>
    public GeneratorOutcome ShouldCompile()
    {
        Assert.Empty(Diagnostics);
        var found = output.GetDiagnostics().Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);
        Assert.True(!found.Any(), string.Join("\n", found.Take(20)));
        return this;
    }

    private static string NameOf(object value) =>
        value switch
        {
            YamlFile file => file.Path,
            SpecResult spec => $"{spec.Origin}",
            SweepPlan plan => plan.Name,
            Sequence<SourceFile> files => files[0].HintName,
            _ => "",
        };

    private void AssertNothingIsDoneAnew()
    {
        var again = Assert.Single(driver.RunGenerators(run.Compilation().Clone()).GetRunResult().Results);
        var named = AllSteps.Where(again.TrackedSteps.ContainsKey).SelectMany(name => again.TrackedSteps[name]);
        var outputs = again.TrackedOutputSteps.SelectMany(static steps => steps.Value);
        Assert.All(
            named.Concat(outputs).SelectMany(static step => step.Outputs),
            static output =>
                Assert.True(output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{output}")
        );
    }

    private void AssertNothingHoldsTheCompilation()
    {
        foreach (var name in AllSteps)
        {
            Assert.All(Step(name), output => ObjectGraph.AssertFreeOfRoslyn(output.Value, name));
        }
    }
}
