using System.Text.Json;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>What a run of every stage leaves, and that it leaves the same again.</summary>
[Collection(FinishedRunCollection.Name)]
public sealed class FinishedRunTests(FinishedRun run)
{
    private static readonly string[] Stages = ["pretrain", "knn", "linear", "supervised", "finetune", "distill"];

    [Fact]
    public void A_finished_run_leaves_its_files_and_nothing_else() => RunFiles.AssertComplete(run.Folder, Stages);

    [Fact]
    public void A_finished_run_ends_with_the_table()
    {
        var lines = run.Outcome.OutputLines.TakeLast(7).ToList();
        Assert.Matches(@"^stage\s+top-1\s+protocol$", lines[0]);
        Assert.Equal(["kNN", "linear", "label-only", "fine-tuned", "distilled"], lines[1..6].Select(static line => line.Split(' ')[0]));
        Assert.All(lines[1..6], static line => Assert.Matches(@"^\S+ +\d+\.\d\d % +(\d+\.\d\d %|) +\S", line));
        Assert.EndsWith($"runs/{run.Name}", lines[6], StringComparison.Ordinal);
    }

    [Fact]
    public void The_spec_of_a_finished_run_is_the_one_that_ran()
    {
        using var folder = run.Copy();
        var again = folder.Simclr("plan", $"runs/{run.Name}/spec.yaml", "--json").Succeeded().Json;
        Assert.Equal(run.Summary.GetProperty("spec_hash").GetString(), again.GetProperty("spec_hash").GetString());
        Assert.Equal($"tiny-{again.GetProperty("spec_hash").GetString()}", run.Name);
        Assert.Equal(folder.Simclr("plan", Tiny.File).Succeeded().Output, folder.Read($"runs/{run.Name}/plan.txt"));
    }

    [Fact]
    public void The_code_of_a_finished_run_is_what_emit_writes()
    {
        using var folder = run.Copy();
        folder.Simclr("emit", Tiny.File, "--out", "emitted").Succeeded();
        var code = folder.Contents($"runs/{run.Name}/generated");
        Assert.Equal(code.Keys.Append("Tiny.yaml"), folder.Contents("emitted").Keys);
        Assert.Equal(code, folder.Contents("emitted").Where(static file => file.Key != "Tiny.yaml"));
    }

    // Where a comma separates decimals, too: neither numbers that are read nor numbers that are written depend on the language.
    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        using var folder = Tiny.Workplace();
        folder.SimclrProcess(["run", Tiny.File, "--seed", "1"], ("LANG", "de_DE.UTF-8"), ("LC_ALL", "de_DE.UTF-8")).Succeeded();
        var again = folder.At($"runs/{run.Name}");
        foreach (var same in (string[])["checkpoints", "generated"])
        {
            Assert.Equal(Folders.Contents(Path.Combine(run.Folder, same)), Folders.Contents(Path.Combine(again, same)));
        }

        Assert.Equal(File.ReadAllText(Path.Combine(run.Folder, "spec.yaml")), File.ReadAllText(Path.Combine(again, "spec.yaml")));
        Assert.Equal(File.ReadAllText(Path.Combine(run.Folder, "plan.txt")), File.ReadAllText(Path.Combine(again, "plan.txt")));
        Assert.Equal(RunFiles.Top1(run.Folder), RunFiles.Top1(again));
    }

    [Fact]
    public void Another_seed_gives_another_run_beside_it()
    {
        using var folder = run.Copy();
        folder.Simclr("run", Tiny.File, "--seed", "2").Succeeded();
        var other = Assert.Single(Directory.GetDirectories(folder.At("runs")), path => Path.GetFileName(path) != run.Name);
        Assert.Equal(2, RunFiles.Summary(other).GetProperty("seed").GetInt32());
        var (first, second) = (Folders.Contents(run.Folder), Folders.Contents(other));
        Assert.All(
            (string[])["checkpoints/pretrain.safetensors", "checkpoints/finetune.safetensors", "checkpoints/distill.safetensors"],
            checkpoint => Assert.NotEqual(first[checkpoint], second[checkpoint])
        );
    }

    [Fact]
    public void One_stage_again_gives_the_same_and_keeps_the_rest()
    {
        using var folder = run.Copy();
        var path = folder.At($"runs/{run.Name}");
        var before = folder.Contents($"runs/{run.Name}/checkpoints");
        var outcome = folder.Simclr("run", Tiny.File, "--only", "knn").Succeeded();
        Assert.Contains("kNN", outcome.OutputLines[^2], StringComparison.Ordinal);
        Assert.Equal(before, folder.Contents($"runs/{run.Name}/checkpoints"));
        Assert.Equal(RunFiles.Top1(run.Folder), RunFiles.Top1(path));
        Assert.Equal(Text(run.Summary.GetProperty("pretrain")), Text(RunFiles.Summary(path).GetProperty("pretrain")));
        RunFiles.AssertComplete(path, Stages);
    }

    [Fact]
    public void A_finished_run_is_not_run_again()
    {
        using var folder = run.Copy();
        var before = folder.Contents($"runs/{run.Name}/checkpoints");
        var outcome = folder.Simclr("run", Tiny.File).Succeeded();
        Assert.Equal(6, outcome.OutputLines.Count(static line => line.Contains("finished before", StringComparison.Ordinal)));
        Assert.Equal(run.Outcome.OutputLines.TakeLast(7).Take(6), outcome.OutputLines.TakeLast(7).Take(6));
        Assert.Equal(before, folder.Contents($"runs/{run.Name}/checkpoints"));
        RunFiles.AssertComplete(folder.At($"runs/{run.Name}"), Stages);
    }

    [Fact]
    public void Another_setting_is_another_run_that_goes_on_from_what_it_shares()
    {
        using var folder = run.Copy();
        var outcome = folder.Simclr("run", Tiny.File, "--set", "finetune.epochs=2", "--set", "distill=none").Succeeded();
        Assert.Equal(4, outcome.OutputLines.Count(static line => line.Contains("finished before", StringComparison.Ordinal)));
        var other = Assert.Single(Directory.GetDirectories(folder.At("runs")), path => Path.GetFileName(path) != run.Name);
        Assert.Contains("epochs: 2", File.ReadAllText(Path.Combine(other, "spec.yaml")), StringComparison.Ordinal);
        Assert.Equal(["finetune.safetensors"], Directory.GetFiles(Path.Combine(other, "checkpoints")).Select(Path.GetFileName));
        folder.Simclr("run", Tiny.File, "--set", "finetune.epoch=2").Refused().Says("--set finetune.epoch=2", "SCLR004", "no key 'epoch'");
    }

    // Fine-tuning from the checkpoint is fine-tuning from what pretraining handed over.
    [Fact]
    public void Stages_one_by_one_give_the_same_as_all_at_once()
    {
        using var folder = run.Copy();
        File.Delete(folder.At($"runs/{run.Name}/checkpoints/finetune.safetensors"));
        File.Delete(folder.At($"runs/{run.Name}/checkpoints/distill.safetensors"));
        folder.Simclr("run", Tiny.File, "--only", "finetune").Succeeded();
        folder.Simclr("run", Tiny.File, "--only", "distill").Succeeded();
        Assert.Equal(Folders.Contents(Path.Combine(run.Folder, "checkpoints")), folder.Contents($"runs/{run.Name}/checkpoints"));
        Assert.Equal(RunFiles.Top1(run.Folder), RunFiles.Top1(folder.At($"runs/{run.Name}")));
    }

    private static string Text(JsonElement json) => json.GetRawText();
}
