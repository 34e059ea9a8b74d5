using System.Text.Json;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>What <c>run --profile</c> leaves besides a run.</summary>
[Collection(FinishedRunCollection.Name)]
public sealed class ProfileTests(FinishedRun run)
{
    private static readonly string[] Trained = ["pretrain", "linear", "supervised", "finetune", "distill"];

    [Fact]
    public void A_profile_measures_every_stage_that_trains_and_changes_no_byte_of_the_networks()
    {
        using var folder = Tiny.Workplace();
        var outcome = folder.Simclr("run", Tiny.File, "--profile").Succeeded();
        var path = $"runs/{run.Name}";
        Assert.Equal(Folders.Contents(Path.Combine(run.Folder, "checkpoints")), folder.Contents($"{path}/checkpoints"));

        var table = folder.Read($"{path}/profile.txt");
        Assert.Contains(table, outcome.Output, StringComparison.Ordinal);
        Assert.EndsWith("profile.txt, " + $"{path}/trace.json (for ui.perfetto.dev or chrome://tracing)", outcome.OutputLines[^1]);
        Assert.Equal(Trained, Lines(table, "images/s").Select(static line => line.Split(':')[0]));
        Assert.Equal(Trained.Length, Lines(table, "backward").Count());

        using var trace = JsonDocument.Parse(folder.Read($"{path}/trace.json"));
        var names = trace.RootElement.GetProperty("traceEvents").EnumerateArray().Select(static one => one.GetProperty("name").GetString());
        string[] expected = ["thread_name", "batch", "crop", "Stem", "forward", "backward", "LARS"];
        Assert.Subset(names.ToHashSet(), expected.ToHashSet<string?>());

        // Nothing is trained the second time: what the first one measured stays.
        var again = folder.Simclr("run", Tiny.File, "--profile").Succeeded();
        Assert.Contains("--again", again.OutputLines[^1], StringComparison.Ordinal);
        Assert.Equal(table, folder.Read($"{path}/profile.txt"));
    }

    [Fact]
    public void A_smoke_run_has_a_profile_too()
    {
        using var folder = Tiny.Workplace();
        folder.Simclr("run", Tiny.File, "--smoke", "--profile", "--only", "pretrain").Succeeded();
        var path = Assert.Single(Directory.GetDirectories(folder.At("runs")));
        Assert.True(File.Exists(Path.Combine(path, "profile.txt")));
        Assert.True(File.Exists(Path.Combine(path, "trace.json")));
    }

    private static IEnumerable<string> Lines(string table, string with) =>
        table.Split('\n').Where(line => line.Contains(with, StringComparison.Ordinal));
}
