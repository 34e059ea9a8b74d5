using SimClrDsl.Generators.Tests.Harness;

namespace SimClrDsl.Generators.Tests;

/// <summary>
/// Five experiments whose text is read by people when it changes. Everything else that can be generated is compiled, not stored.
/// </summary>
[UsesVerify]
public sealed class SnapshotTests
{
    [Fact]
    public Task The_code_of_fashion_mnist_is_the_accepted_one() => Verifier.Verify(Targets(Texts.FashionMnist));

    [Fact]
    public Task The_code_of_the_shortest_spec_is_the_accepted_one() => Verifier.Verify(Targets(Texts.Minimal));

    [Fact]
    public Task The_encoder_of_a_ResNet_50_is_the_accepted_one() => Verifier.Verify(Targets(Texts.ResNet50, "Encoder"));

    [Fact]
    public Task The_code_of_a_wide_selective_network_is_the_accepted_one() => Verifier.Verify(Targets(Texts.Wide, "Encoder", "Finetune"));

    [Fact]
    public Task The_code_with_microbatches_is_the_accepted_one() =>
        Verifier.Verify(Targets(Texts.Microbatches, "Encoder", "Pretrain", "LabelOnly", "Finetune", "Distill"));

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
