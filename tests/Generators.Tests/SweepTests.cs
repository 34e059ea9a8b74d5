using SimClrDsl.Generators.Tests.Harness;

namespace SimClrDsl.Generators.Tests;

/// <summary>A matrix becomes one experiment for each combination; networks they share are emitted once.</summary>
public sealed class SweepTests
{
    private const string File = "/experiments/sweep.yaml";

    private const string Sweep = """
        name: sweep
        matrix: { encoder.resnet: [18, 50], data.labels: [20, 40] }
        data: { source: synthetic, image: 32, classes: 10, unlabelled: 64, labels: 20 }
        encoder: { resnet: 18, width: 0.25 }
        pretrain: { epochs: 1, batch: 16 }
        evaluate: { knn: { k: 5 }, linear: { epochs: 1, batch: 16 }, supervised: { steps: 2, batch: 8, evaluate_every: 1 } }
        finetune: { epochs: 1, batch: 8 }
        distill: { student: { resnet: 18, width: 0.25 }, epochs: 1, batch: 16 }
        """;

    [Fact]
    public void Every_experiment_of_a_sweep_compiles_with_one_copy_of_each_network()
    {
        var outcome = GeneratorRun.Empty.WithYaml(File, Sweep).Run().ShouldCompile();
        Assert.Equal(
            ["Sweep.ResNet18X0p25.Networks.g.cs", "Sweep.ResNet50X0p25.Networks.g.cs"],
            outcome
                .Files.Keys.Where(static name => name.StartsWith("Sweep.", StringComparison.Ordinal))
                .Where(static name => name.EndsWith(".Networks.g.cs", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(4, outcome.Files.Keys.Count(static name => name.EndsWith(".Experiment.g.cs", StringComparison.Ordinal)));
        Assert.DoesNotContain(outcome.Files.Keys, static name => name.Contains("Student", StringComparison.Ordinal));

        // The student of the deeper network is the shallower one: it is named, not repeated.
        Assert.Contains("using Student = SimClrDsl.Experiments.Sweep.ResNet18X0p25;", outcome.Files["SweepResnet50Labels20.Networks.g.cs"]);
        Assert.DoesNotContain("Student =", outcome.Files["SweepResnet18Labels20.Networks.g.cs"]);
    }

    [Fact]
    public void Networks_of_one_title_that_differ_are_told_apart() =>
        Assert.Contains(
            "Sweep.ResNet18X0p25N2.Networks.g.cs",
            GeneratorRun
                .Empty.WithYaml(
                    File,
                    Sweep.Replace("matrix: { encoder.resnet: [18, 50], data.labels: [20, 40] }", "matrix: { data.image: [32, 48] }")
                )
                .Run()
                .ShouldCompile()
                .Files.Keys
        );

    [Fact]
    public void An_experiment_of_a_sweep_may_not_have_the_name_of_another()
    {
        var other = Texts.Minimal.Replace("minimal", "sweep-resnet-18-labels-20");
        var outcome = GeneratorRun.Empty.WithYaml(File, Sweep).WithYaml("/experiments/other.yaml", other).Run();
        Assert.Equal(["SCLR101", "SCLR101"], outcome.Diagnostics.Select(static diagnostic => diagnostic.Id));
    }

    [Fact]
    public void An_error_of_the_matrix_is_reported_there() =>
        Assert.Equal(
            1,
            Assert
                .Single(GeneratorRun.Empty.WithYaml(File, Sweep.Replace("[18, 50]", "[18, 51]")).Run().Diagnostics)
                .Location.GetLineSpan()
                .StartLinePosition.Line
        );
}
