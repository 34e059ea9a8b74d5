using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>Lists of runs, and runs that are deleted.</summary>
[Collection(FinishedRunCollection.Name)]
public sealed class RunsTests(FinishedRun run)
{
    [Fact]
    public void A_list_has_the_accuracies_and_how_far_each_run_came()
    {
        using var place = Two();
        place.With("runs/second/checkpoints/distill-0a1b2c3d/step-12.safetensors", "");
        var lines = place.Simclr("runs").Succeeded().OutputLines;
        Assert.Matches(@"^run +seed +stages +kNN +linear +label-only +fine-tuned +distilled +ended$", lines[0]);
        var first = lines.Single(line => line.Contains(run.Name, StringComparison.Ordinal));
        var second = lines.Single(static line => line.StartsWith("second", StringComparison.Ordinal));
        Assert.Matches(@"^\S+ +1 +6 of 6 +(\d+\.\d\d % +){5}\d{4}-\d\d-\d\dT[\d:]+Z$", first);
        Assert.Matches(@"^second +2 +5 of 6; distill interrupted at step 12 +(\d+\.\d\d % +){4}", second);
    }

    [Fact]
    public void The_best_run_of_each_result_is_named()
    {
        using var place = Two();
        var stage = place.At("runs/second/stages/knn.json");
        File.WriteAllText(
            stage,
            System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(stage), "\"top1\": [0-9.]+", "\"top1\": 0.9999")
        );
        var lines = place.Simclr("runs", "--best").Succeeded().OutputLines;
        Assert.Contains(
            lines,
            static line =>
                line.StartsWith("kNN ", StringComparison.Ordinal) && line.Contains("99.99 %  test images  second", StringComparison.Ordinal)
        );
        Assert.Contains(
            lines,
            line => line.StartsWith("distilled ", StringComparison.Ordinal) && line.Contains(run.Name, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Only_runs_that_are_named_and_confirmed_are_deleted()
    {
        using var place = Two();
        place.Refuses(["runs", "clear", "runs/second"]).Says("nothing is deleted without --yes", "runs/second");
        place.Refuses(["runs", "clear", "runs/second", "runs", "--yes"]).Says("runs is not the folder of a run");
        place.Refuses(["runs", "clear"]);
        place.Simclr("runs", "clear", "runs/second", "--yes").Succeeded().Shows("deleted runs/second");
        Assert.Equal([run.Name], Directory.GetDirectories(place.At("runs")).Select(Path.GetFileName));
    }

    [Fact]
    public void A_run_whose_stage_another_one_took_over_is_kept()
    {
        using var place = run.Copy();
        Folders.Copy(place.At($"runs/{run.Name}"), place.At("runs/second"));
        File.Delete(place.At("runs/second/stages/pretrain.json"));
        place.Refuses(["runs", "clear", $"runs/{run.Name}", "--yes"]).Says("holds a stage that runs/second has taken over");
    }

    [Fact]
    public void A_folder_without_runs_and_none_at_all_are_told_apart()
    {
        using var place = new Workplace();
        place.Refuses(["runs"]).Says("there is no folder runs");
        Directory.CreateDirectory(place.At("runs/other"));
        place.Simclr("runs").Succeeded().Shows("no runs");
    }

    // A second run, of another seed, whose distillation is not finished.
    private Workplace Two()
    {
        var place = run.Copy();
        Folders.Copy(place.At($"runs/{run.Name}"), place.At("runs/second"));
        place.With("runs/second/spec.yaml", place.Read("runs/second/spec.yaml").Replace("seed: 1", "seed: 2", StringComparison.Ordinal));
        File.Delete(place.At("runs/second/stages/distill.json"));
        return place;
    }
}
