using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.BadInput;

/// <summary>A run folder whose files are missing or damaged.</summary>
[Collection(FinishedRunCollection.Name)]
public sealed class RunFolderTests(FinishedRun run)
{
    [Fact]
    public void A_checkpoint_that_is_cut_short_is_named()
    {
        using var folder = run.Copy();
        var path = Checkpoint("finetune");
        using (var file = File.OpenWrite(folder.At(path)))
        {
            file.SetLength(file.Length / 2);
        }

        folder.Refuses(["run", Tiny.File, "--only", "distill"]).Says($"simclr: {path}", "bytes are missing at its end");
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a checkpoint")]
    public void A_checkpoint_that_is_something_else_is_named(string text)
    {
        using var folder = run.Copy().With(Checkpoint("pretrain"), text);
        folder.Refuses(["run", Tiny.File, "--only", "knn"]).Says($"simclr: {Checkpoint("pretrain")}");
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_refused()
    {
        using var folder = run.Copy();
        File.Copy(folder.At(Checkpoint("distill")), folder.At(Checkpoint("finetune")), overwrite: true);
        folder.Refuses(["run", Tiny.File, "--only", "distill"]).Says($"simclr: {Checkpoint("finetune")}");
    }

    [Fact]
    public void A_checkpoint_of_another_spec_is_refused()
    {
        using var folder = run.Copy();
        File.WriteAllText(folder.At(Tiny.File), Tiny.Yaml.Replace("seed: 1", "seed: 2", StringComparison.Ordinal));
        var other = folder.At(
            "runs/" + folder.Simclr("plan", Tiny.File, "--json").Json.GetProperty("spec_hash").GetString()!.Insert(0, "tiny-")
        );
        Folders.Copy(folder.At($"runs/{run.Name}"), other);
        var before = folder.Contents("runs/" + Path.GetFileName(other) + "/checkpoints");
        folder.Simclr("run", Tiny.File, "--only", "knn").Refused().Says("pretrain.safetensors was saved with stage_hash", "this run needs");
        Assert.Equal(before, folder.Contents("runs/" + Path.GetFileName(other) + "/checkpoints"));
    }

    [Theory]
    [InlineData("knn", "pretrain")]
    [InlineData("linear", "pretrain")]
    [InlineData("finetune", "pretrain")]
    [InlineData("distill", "finetune")]
    public void A_stage_without_the_one_before_leaves_no_folder(string stage, string before)
    {
        using var folder = Tiny.Workplace();
        folder
            .Refuses(["run", Tiny.File, "--only", stage])
            .Says(
                $"stage '{stage}' needs the network of stage '{before}'",
                $"{before}.safetensors does not exist",
                $"run '{before}' first"
            );
    }

    [Theory]
    [InlineData("{\"name\": \"ti")]
    [InlineData("null")]
    [InlineData("{\"top1\": {\"knn\": \"high\"}}")]
    public void A_damaged_summary_is_written_anew(string text)
    {
        using var folder = run.Copy().With($"runs/{run.Name}/summary.json", text);
        folder.Simclr("run", Tiny.File, "--only", "knn").Succeeded();
        var top1 = RunFiles.Top1(folder.At($"runs/{run.Name}"));
        Assert.Equal(["knn"], top1.Keys);
        Assert.Equal(RunFiles.Top1(run.Folder)["knn"], top1["knn"]);
    }

    private string Checkpoint(string stage) => $"runs/{run.Name}/checkpoints/{stage}.safetensors";
}
