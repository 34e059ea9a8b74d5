using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>What a run says of itself while it trains.</summary>
public sealed class WatchTests
{
    private const string Yaml = """
        name: watched
        seed: 1
        data: { source: synthetic, image: 8, classes: 2, unlabelled: 64, labels: 4 }
        encoder: { resnet: 18, width: 0.125, stem: small }
        pretrain:
          head: { layers: 2, out: 8 }
          epochs: 20
          batch: 32
          temperature: 0.5
          augment: { crop: [0.5, 1.0], blur: 0 }
          optimizer: { sgd: { lr: 0.05, scaling: none, weight_decay: 1e-4 }, warmup: 0 }
        precision: float32

        """;

    private static Workplace Place() => new Workplace().With("watched.yaml", Yaml);

    [Fact]
    public void Measuring_between_epochs_leaves_networks_and_curves_as_they_are()
    {
        using var place = Place();
        var outcome = place.Simclr("run", "watched.yaml", "--out", "with").Succeeded();
        Assert.Contains("every 9 epochs the features of 64 labelled training images", outcome.Output, StringComparison.Ordinal);
        place.Simclr("run", "watched.yaml", "--out", "without", "--online", "0", "--no-tensorboard").Succeeded();
        var (with, without) = (Run(place, "with"), Run(place, "without"));
        foreach (var file in (string[])["checkpoints/pretrain.safetensors", "metrics.jsonl"])
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(without, file)), File.ReadAllBytes(Path.Combine(with, file)));
        }

        var points = File.ReadAllLines(Path.Combine(with, "online.jsonl"));
        Assert.Equal(2, points.Length);
        Assert.StartsWith("""{"stage":"pretrain","step":18,"epoch":9,"spread":0.""", points[0], StringComparison.Ordinal);
        Assert.Contains("\"knn\":", points[1], StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.Combine(with, "tensorboard")));
        Assert.Equal("", File.ReadAllText(Path.Combine(with, "warnings.jsonl")));
        Assert.Equal("", File.ReadAllText(Path.Combine(without, "online.jsonl")));
        Assert.False(Directory.Exists(Path.Combine(without, "tensorboard")));
    }

    // Weight decay halves the weights at every step, until what convolutions give is less than batch norm adds to its variance.
    [Fact]
    public void A_collapse_is_said_when_it_begins_and_written_down()
    {
        using var place = Place();
        var outcome = place
            .Simclr("run", "watched.yaml", "--set", "pretrain.optimizer={ sgd: { lr: 1e-5, scaling: none, weight_decay: 5e4 }, warmup: 0 }")
            .Succeeded();
        Assert.Contains("pretrain, step 18: warning: features collapse: ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("lower the weight decay or the learning rate", outcome.Output, StringComparison.Ordinal);
        var warning = File.ReadAllLines(Path.Combine(Run(place, "runs"), "warnings.jsonl")).Single();
        Assert.StartsWith("""{"stage":"pretrain","step":""", warning, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"collapse\"", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_divergence_that_ends_a_run_is_written_down()
    {
        using var place = Place();
        place
            .Simclr("run", "watched.yaml", "--set", "pretrain.optimizer={ sgd: { lr: 1e30, scaling: none }, warmup: 0 }")
            .Refused()
            .Says("pretrain: the loss is NaN at step 10");
        Assert.Contains(
            "\"kind\":\"divergence\",\"text\":\"ended: the loss is NaN at step 10 of 41\"",
            File.ReadAllText(Path.Combine(Run(place, "runs"), "warnings.jsonl")),
            StringComparison.Ordinal
        );
    }

    private static string Run(Workplace place, string root) => Directory.GetDirectories(place.At(root)).Single();
}
