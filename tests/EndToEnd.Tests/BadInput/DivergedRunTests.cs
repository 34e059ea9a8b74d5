using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.BadInput;

/// <summary>Learning rates that ruin a training, as a person meets them.</summary>
public sealed class DivergedRunTests
{
    [Theory]
    [InlineData("pretrain")]
    [InlineData("finetune")]
    [InlineData("distill")]
    public void A_stage_that_diverges_is_named_and_leaves_nothing_that_looks_finished(string stage)
    {
        using var folder = Tiny.Workplace();
        folder
            .Simclr("run", Tiny.File, "--set", "evaluate=none", "--set", $"{stage}.optimizer={{ sgd: {{ lr: 1e30, scaling: none }} }}")
            .Refused()
            .Says($"simclr: {stage}: ", "lower the learning rate or lengthen the warm-up");
        var run = Assert.Single(Directory.GetDirectories(folder.At("runs")));
        Assert.False(File.Exists(Path.Combine(run, "checkpoints", $"{stage}.safetensors")));
        Assert.False(File.Exists(Path.Combine(run, "stages", $"{stage}.json")));
    }
}
