using SimClrDsl.Generators.Tests.Harness;

namespace SimClrDsl.Generators.Tests;

/// <summary>
/// What is read by people when it changes and is not among the files of experiments/Generated. Everything else that can be generated is
/// compiled, not stored.
/// </summary>
[UsesVerify]
public sealed class SnapshotTests
{
    [Fact]
    public Task The_code_of_the_shortest_spec_is_the_accepted_one() =>
        Verifier.Verify(Targets(Texts.Minimal, "Experiment", "Networks", "Steps"));

    [Fact]
    public Task The_steps_of_a_wide_selective_network_are_the_accepted_ones() => Verifier.Verify(Targets(Texts.Wide, "Steps"));

    [Fact]
    public Task The_steps_with_microbatches_are_the_accepted_ones() => Verifier.Verify(Targets(Texts.Microbatches, "Steps"));

    // Only what compiles is worth reading.
    private static IEnumerable<Target> Targets(string yaml, params string[] parts)
    {
        GeneratorRun.Empty.WithYaml("/experiments/spec.yaml", yaml).Run().ShouldCompile();
        return Texts.Emit(yaml).Where(file => parts.Contains(file.Key)).Select(static file => new Target("cs", file.Value, file.Key));
    }
}
