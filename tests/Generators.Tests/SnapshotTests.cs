using SimClrDsl.Generators.Tests.Harness;

namespace SimClrDsl.Generators.Tests;

/// <summary>Five experiments whose text is read by people when it changes. Everything else that can be generated is compiled, not stored.</summary>
[UsesVerify]
public sealed class SnapshotTests
{
    [Fact]
    public Task FashionMnist() => Verifier.Verify(Targets(Texts.FashionMnist));

    [Fact]
    public Task Minimal() => Verifier.Verify(Targets(Texts.Minimal));

    [Fact]
    public Task ResNet50() => Verifier.Verify(Targets(Texts.ResNet50, "Encoder"));

    [Fact]
    public Task Wide() => Verifier.Verify(Targets(Texts.Wide, "Encoder", "Finetune"));

    [Fact]
    public Task Microbatches() => Verifier.Verify(Targets(Texts.Microbatches, "Encoder", "Pretrain", "LabelOnly", "Finetune", "Distill"));

    // Only what compiles is worth reading.
    private static IEnumerable<Target> Targets(string yaml, params string[] parts)
    {
        GeneratorRun.Empty.WithYaml("/experiments/spec.yaml", yaml).Run().ShouldCompile();
        return Texts
            .Emit(yaml)
            .Where(file => parts.Length == 0 || parts.Contains(file.Key))
            .Select(static file => new Target("cs", file.Value, file.Key));
    }
}
