using System.Buffers.Binary;
using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>A step of a run that is taken again.</summary>
public sealed class ReplayTests : IDisposable
{
    private const string Yaml = """
        name: replayed
        seed: 1
        data: { source: synthetic, image: 8, classes: 2, unlabelled: 64, labels: 16 }
        encoder: { resnet: 18, width: 0.125, stem: small }
        pretrain: { head: { layers: 2, out: 8 }, epochs: 10, batch: 32 }
        finetune: { from_head_layer: 1, epochs: 20, batch: 16 }
        precision: float32

        """;

    private readonly Workplace place = new Workplace().With("replayed.yaml", Yaml);

    public void Dispose() => place.Dispose();

    private string Run => $"runs/{Path.GetFileName(Directory.GetDirectories(place.At("runs")).Single())}";

    [Fact]
    public void A_step_of_a_finished_stage_has_the_loss_that_was_written_down_and_its_images_are_drawn()
    {
        place.Simclr("run", "replayed.yaml").Succeeded();
        var before = place.Contents(Run);
        place
            .Simclr("replay", Run, "--step", "20", "--out", "views.png")
            .Succeeded()
            .Shows(
                "pretrain, step 20 of 21, taken again from the beginning of the stage",
                ": the same",
                "all numbers are finite in steps 1 to 20",
                "views.png: 32 images"
            );
        // Four images a row, two views of 96 pixels each.
        var png = File.ReadAllBytes(place.At("views.png"));
        Assert.Equal(4 * ((2 * 98) + 4), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(8 * 98, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        place
            .Simclr("replay", Run, "--step", "13")
            .Succeeded()
            .Shows("metrics.jsonl has no loss of this step alone: its next point is at step 20", "-pretrain-step-13.png: 32 images");
        place.Simclr("replay", Run, "--step", "20", "--stage", "finetune", "--out", "f.png").Succeeded().Shows(": the same", "16 images");
        Assert.Equal(before, place.Contents(Run));
    }

    // The first step makes weights of some 1e28, whose variances the second one's batch norms cannot hold.
    [Fact]
    public void A_run_that_diverged_says_where_its_first_number_that_is_not_finite_arose()
    {
        place
            .Simclr("run", "replayed.yaml", "--set", "pretrain.optimizer={ sgd: { lr: 1e30, scaling: none }, warmup: 0 }")
            .Refused()
            .Says("the loss is NaN at step 10");
        place
            .Simclr("replay", Run, "--step", "10")
            .Succeeded()
            .Shows("first number that is not finite: ", " in step 2, forward pass, ", "loss NaN");
    }

    [Theory]
    [InlineData("replay nowhere --step 1", "nowhere is not the folder of a run")]
    [InlineData("replay RUN --step 0", "pretrain has the steps 1 to 21, and no step 0")]
    [InlineData("replay RUN --step 22", "pretrain has the steps 1 to 21, and no step 22")]
    [InlineData("replay RUN --step 1 --stage knn", "has no stage 'knn' that trains a network: it has pretrain, finetune")]
    public void What_cannot_be_taken_again_is_refused(string arguments, string says)
    {
        // A run that stopped before its first step is as good as any.
        place.With("runs/r/spec.yaml", Yaml);
        Directory.CreateDirectory(place.At("runs/r/checkpoints"));
        place.Refuses(arguments.Replace("RUN", "runs/r", StringComparison.Ordinal).Split(' ')).Says(says);
    }
}
