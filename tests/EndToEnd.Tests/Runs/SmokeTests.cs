using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>Every experiment of experiments/ runs from end to end in its small form.</summary>
public sealed class SmokeTests
{
    public static TheoryData<string> Names => Built.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void It_runs_in_under_a_minute(string name)
    {
        using var folder = new Workplace();
        var outcome = folder.Simclr("run", name, "--smoke").Succeeded();
        Assert.InRange(outcome.Took, TimeSpan.Zero, TimeSpan.FromMinutes(1) * Machine.Crowding());
        Assert.Contains(outcome.OutputLines, static line => line.EndsWith("protocol", StringComparison.Ordinal));

        var run = Assert.Single(Directory.GetDirectories(folder.At("runs")));
        var stages = folder.Simclr("plan", name, "--json").Succeeded().Json.GetProperty("stages").EnumerateObject();
        var withKnn = Built.Experiments.Single(experiment => experiment.Name == name).SpecText.Contains("knn:", StringComparison.Ordinal);
        RunFiles.AssertComplete(
            run,
            [.. stages.SelectMany(stage => stage.Name == "pretrain" && withKnn ? [stage.Name, "knn"] : (string[])[stage.Name])]
        );
        Assert.Equal($"{name}-smoke", RunFiles.Summary(run).GetProperty("name").GetString());
    }
}
