using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>
/// A learning rate that is far too large ends the command with a line that names its stage, which is not marked finished.
/// </summary>
[Collection(FinishedRunCollection.Name)]
public sealed class DivergedRunTests(FinishedRun run)
{
    [Theory]
    [InlineData("pretrain", "1e30")]
    [InlineData("finetune", "1e30")]
    [InlineData("finetune", "1e3")]
    [InlineData("distill", "1e30")]
    [InlineData("distill", "1e6")]
    public void The_stage_that_diverged_is_named_and_not_finished(string stage, string rate)
    {
        using var folder = run.Copy();
        folder
            .Simclr("run", Tiny.File, "--only", stage, "--set", $"{stage}.optimizer={{ sgd: {{ lr: {rate} }}, warmup: 0 }}")
            .Refused()
            .Says($"{stage}: ", "lower the learning rate or lengthen the warm-up");
        var left = Directory.GetDirectories(folder.At("runs")).Single(path => Path.GetFileName(path) != run.Name);
        Assert.False(File.Exists(Path.Combine(left, "stages", $"{stage}.json")));
        Assert.False(File.Exists(Path.Combine(left, "checkpoints", $"{stage}.safetensors")));
    }
}
