using SimClrDsl.Generators.Tests.Harness;

namespace SimClrDsl.Generators.Tests;

/// <summary>What is read by people when it changes and is not among the files of experiments/Generated. Everything else that can be
/// generated is compiled, not stored.</summary>
[UsesVerify]
public sealed class SnapshotTests
{
    [Fact]
    public Task Minimal() => Verifier.Verify(Targets(Texts.Minimal, "Experiment", "Networks", "Steps"));

    [Fact]
    public Task Wide() => Verifier.Verify(Targets(Texts.Wide, "Steps"));

    [Fact]
    public Task Microbatches() => Verifier.Verify(Targets(Texts.Microbatches, "Steps"));

    // Only what compiles is worth reading.
    private static IEnumerable<Target> Targets(string yaml, params string[] parts)
    {
        GeneratorRun.Empty.WithYaml("/experiments/spec.yaml", yaml).Run().ShouldCompile();
        return Texts.Emit(yaml).Where(file => parts.Contains(file.Key)).Select(static file => new Target("cs", file.Value, file.Key));
    }
}
