using SimClrDsl.Cli.Lookup;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Tests;
using SimClrDsl.Specs;

namespace SimClrDsl.EndToEnd.Tests.Experiments;

/// <summary>A compiled experiment holds the spec that it was generated from.</summary>
public sealed class CompiledSpecTests
{
    // Every kind of value, and what C# must escape or write out.
    private const string Odd = """
        name: odd
        seed: 7
        ours: { pretrain.temperature: "a \"reason\" with \\, a tab\t and é", "pretrain.epochs=3": of one value }
        data: { source: folder, path: "C:\\data \"\"\"\n{0}", image: 24, classes: 4, train_images: 64, test_images: 8, labels: 12.5% }
        encoder: { resnet: 50, width: 0.25, selective_kernel: true, stem: small }
        pretrain:
          epochs: 3
          batch: 16
          temperature: 1e-7
          augment: { crop: [0.123456789, 0.987654321], colour: none }
          optimizer: { adam: { lr: 1e-20 }, warmup: 3, average: 0.99999999 }
        evaluate:
          linear: { augment: none, batch: 16 }
          supervised: { steps: 3, batch: 4, learning_rates: [1e-7, 3, 0.1], evaluate_every: 1 }
        finetune: {}
        """;

    [Fact]
    public void An_experiment_built_with_the_project_holds_the_spec_of_its_file() =>
        Assert.All(
            Built.Experiments.Where(static experiment => experiment.Name != RecordFormTests.Name),
            static experiment => Assert.Equal(Catalogue.Open(experiment.Name).Value().Sweep.Cells.Single().Spec, experiment.Spec)
        );

    [Fact]
    public void Every_kind_of_value_is_the_same_in_the_compiled_spec()
    {
        Spec spec = SpecReader
            .ReadYaml("odd.yaml", Odd)
            .Match(Succ: static spec => spec, Fail: static errors => throw new InvalidOperationException(string.Join('\n', errors)));
        Assert.Equal(spec, InProcessCompiler.Compile(spec).Spec);
    }
}
