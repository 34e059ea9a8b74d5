using System.Text.Json;
using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Plans;

/// <summary>Settings of a command line mean the same to every command.</summary>
public sealed class SettingTests
{
    private const string Matrix = "\nmatrix: { seed: [1, 2] }\n";

    [Fact]
    public void A_run_that_was_made_with_settings_can_be_named_to_other_commands()
    {
        using var folder = Tiny.Workplace();
        string[] set =
        [
            "--set",
            "pretrain.epochs=2",
            "--set",
            "data.labels=2",
            "--set",
            "evaluate.supervised.batch=2",
            "--set",
            "finetune.batch=2",
        ];
        folder.Simclr(["run", Tiny.File, .. set, "--seed", "7", "--only", "pretrain"]).Succeeded();
        var run = Path.GetFileName(Assert.Single(Directory.GetDirectories(folder.At("runs"))));
        var plan = folder.Simclr(["plan", Tiny.File, .. set, "--seed", "7", "--json"]).Succeeded().Json;
        Assert.Equal(run, $"tiny-{plan.GetProperty("spec_hash").GetString()}");
        Assert.Equal((5, 2), (Number(plan, "stages", "pretrain", "total_steps"), Number(plan, "data", "labels")));

        folder
            .Refuses(["export", Tiny.File, "--stage", "pretrain"])
            .Says("no run in runs has finished stage 'pretrain' of 'tiny' with seed 1");
        folder.Simclr(["export", Tiny.File, .. set, "--seed", "7", "--stage", "pretrain"]).Succeeded();
        Assert.True(File.Exists(folder.At("tiny-epochs-2-labels-2-supervised-batch-2-finetune-batch-2-seed-7-pretrain.safetensors")));

        // The file that the run left means the same run, and its summary says on what it was computed.
        var left = folder.Simclr("plan", $"runs/{run}/spec.yaml", "--json").Succeeded().Json;
        Assert.Equal(plan.GetProperty("spec_hash").GetString(), left.GetProperty("spec_hash").GetString());
        Assert.Contains("    lars:\n      lr: 0.1\n", folder.Read($"runs/{run}/spec.yaml"), StringComparison.Ordinal);
        var summary = JsonDocument.Parse(folder.Read($"runs/{run}/summary.json")).RootElement;
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", summary.GetProperty("date").GetString());
        Assert.Equal("cpu", summary.GetProperty("computed").GetProperty("device").GetString());

        // An earlier export may be replaced, another file may not.
        string[] export = ["export", Tiny.File, .. set, "--seed", "7", "--stage", "pretrain", "--out", "mine.safetensors"];
        folder.Simclr(export).Succeeded();
        folder.Simclr(export).Succeeded();
        folder.With("mine.safetensors", "notes of mine");
        folder.Refuses(export).Says("mine.safetensors exists and is no network that 'simclr export' wrote");
    }

    [Theory]
    [InlineData("run", "--seed", "7")]
    [InlineData("plan", "--set", "seed=7")]
    [InlineData("export", "--seed", "7")]
    [InlineData("augment", "--seed", "7")]
    [InlineData("import", "--seed", "7", "--tensorflow", "x")]
    [InlineData("report", "--set", "seed=7")]
    [InlineData("emit", "--set", "seed=7")]
    [InlineData("check", "--set", "seed=7")]
    public void What_the_matrix_varies_is_not_set(string command, params string[] more)
    {
        using var folder = new Workplace().With(Tiny.File, Tiny.Yaml + Matrix);
        folder.Refuses([command, Tiny.File, .. more]).Says("error SCLR055: 'seed' is what tells the experiments", "'--where seed=VALUE'");
    }

    [Fact]
    public void Errors_of_settings_and_of_the_file_come_together()
    {
        using var folder = Tiny.Workplace("batch: 16\nevaluate", "batch: many\nevaluate");
        var outcome = folder.Refuses(["plan", Tiny.File, "--set", "pretrain.epoch=2", "--set", "seed=-1"], lines: 3);
        outcome.Says("'pretrain' has no key 'epoch': did you mean 'epochs'?", "'seed' must be at least 0", "(10,10): error SCLR006");
    }

    [Fact]
    public void A_spec_without_a_stage_is_refused()
    {
        using var folder = new Workplace().With(Tiny.File, "name: a\ndata: { source: synthetic }\nencoder: { resnet: 18 }\n");
        folder.Refuses(["run", Tiny.File]).Says("(1,1): error SCLR028: The experiment has no stage", "add 'pretrain: {}'");
    }

    [Fact]
    public void Help_knows_every_verb_and_has_examples()
    {
        using var folder = new Workplace();
        var help = folder.Simclr("--help").Succeeded().Output;
        Assert.All(
            ["  test ", "  bench ", "  scale ", "Examples:", "simclr run fashion-mnist --set pretrain.epochs=2"],
            words => Assert.Contains(words, help, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("Examples:", folder.Simclr("plan", "--help").Succeeded().Output, StringComparison.Ordinal);
        folder.Refuses(["test"]).Says("type ./simclr test");
        folder.Refuses(["tset"]).Says("did you mean 'test'?");
    }

    private static double Number(JsonElement of, params string[] path) =>
        path.Aggregate(of, static (element, name) => element.GetProperty(name)).GetDouble();
}
