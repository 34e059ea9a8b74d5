using System.Text.Json;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Printing;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Tests;

namespace SimClrDsl.EndToEnd.Tests.Plans;

/// <summary>
/// What a recipe costs and what a model makes of that. The command measures some terms on the machine at hand: tests look at what it
/// counts, and at times only where the terms are given.
/// </summary>
public sealed class ScaleTests
{
    // A ResNet-50's pretraining: 4096 images, two views, forward and twice that back; the memory network goes forward besides.
    private const double Views = 2 * 4096;
    private const double Passes = 3 + 1;

    [Fact]
    public void The_model_of_scale_counts_what_the_plan_has()
    {
        using var folder = new Workplace();
        var plan = folder.Simclr("plan", "resnet50", "--json").Succeeded().Json;
        var recipe = Assert.Single(Recipes(Scale(folder, "--stage", "pretrain")));
        var load = recipe.GetProperty("load");
        var macs = Number(plan, "encoder", "multiply_adds") + Number(plan, "head", "multiply_adds");
        var weights = Number(plan, "encoder", "parameters", "weights") + Number(plan, "head", "parameters", "weights");
        Assert.Equal(2 * Passes * Views * macs, Number(load, "flops"));
        Assert.Equal(weights, Number(load, "weights"));
        Assert.Equal(4 * weights, Number(recipe, "all_reduce_bytes"));
        Assert.Equal(Number(plan, "stages", "pretrain", "total_steps"), Number(load, "steps"));
    }

    [Fact]
    public void A_gpus_figures_are_taken_from_the_command_line()
    {
        using var folder = new Workplace();
        var scale = Scale(folder, "--stage", "finetune", "--tflops", "312", "--memory-bandwidth", "2039", "--latency", "5");
        Assert.Equal((312e12, 2039e9), (Number(scale, "gpu", "peak_flops"), Number(scale, "gpu", "memory_bandwidth")));
        Assert.Equal(5e-6, Number(scale, "gpu", "latency"), 1e-12);
        Assert.Equal("finetune", Assert.Single(Recipes(scale)).GetProperty("load").GetProperty("stage").GetString());
    }

    [Fact]
    public void The_table_shows_every_stage_and_what_was_assumed()
    {
        var plan = Plan.Of(Catalogue.Open("resnet50").Value().Sweep.Cells[0].Spec);
        var model = new ScaleModel(new() { PeakFlops = 312e12, MemoryBandwidth = 2039e9 }, Measured);
        var table = ScaleTable.Format(
            model,
            new(ScaleShare.Given(0.4), ScaleShare.Of(1.13), 1e-4, WaitFraction: 0.07),
            [.. StageLoad.Of(plan)]
        );
        Assert.Contains("312 TFLOP/s in bf16, 2039 GB/s of memory", table, StringComparison.Ordinal);
        Assert.Contains("training attains 40 % (as given)", table, StringComparison.Ordinal);
        Assert.Contains("the contrastive loss 100 % (113 % were measured, but more than all cannot be", table, StringComparison.Ordinal);
        Assert.Contains("wait for the slowest 7 % of forward and backward pass", table, StringComparison.Ordinal);
        Assert.All(["pretrain", "finetune", "distill"], stage => Assert.Contains($"\n{stage} ", table, StringComparison.Ordinal));
    }

    // With hundreds of GPUs the sums of batch norms take longer than the few images of each.
    [Fact]
    public void More_gpus_take_less_time_and_waste_more()
    {
        var load = StageLoad.Of(Plan.Of(Catalogue.Open("resnet50").Value().Sweep.Cells[0].Spec)).First();
        var model = new ScaleModel(new(), Measured);
        int[] gpus = [1, 4, 16, 64];
        Assert.Equal(1, model.Efficiency(load, gpus[0]));
        foreach (var (fewer, more) in gpus.Zip(gpus.Skip(1)))
        {
            Assert.True(model.Seconds(load, more) < model.Seconds(load, fewer));
            Assert.True(model.Efficiency(load, more) < model.Efficiency(load, fewer));
        }
    }

    [Fact]
    public void Settings_of_the_command_line_count()
    {
        using var folder = new Workplace();
        var scale = Scale(folder, "--stage", "pretrain", "--set", "pretrain.batch=512", "--set", "pretrain.memory.use=never");
        Assert.Equal(512, Number(Assert.Single(Recipes(scale)).GetProperty("load"), "images"));

        // Of a sweep, those that are chosen; of a folder, each file takes the settings or says why not.
        string[] fast = ["--share", "0.5", "--loss-share", "0.5", "--json"];
        var chosen = folder.Simclr(["scale", "table-1", "--stage", "pretrain", "--where", "encoder.resnet=50", .. fast]).Succeeded().Json;
        Assert.All(
            Recipes(chosen),
            static recipe => Assert.StartsWith("ResNet-50", recipe.GetProperty("load").GetProperty("network").GetString())
        );
        folder.Refuses(["scale", "paper", "--set", "pretrain.bach=2"]).Says("'pretrain' has no key 'bach'");
        folder.Refuses(["scale", "paper", "--where", "encoder.resnet=50"]).Says("'paper' is a folder: give one of its files");
    }

    [Theory]
    [InlineData("scale resnet50 --set pretrain.batch=many", "error SCLR006: 'pretrain.batch' must be a whole number")]
    [InlineData("scale resnet50 --set pretrain.bach=2", "error SCLR004: 'pretrain' has no key 'bach': did you mean 'batch'?")]
    public void Settings_that_cannot_be_are_told(string line, string says)
    {
        using var folder = new Workplace();
        folder.Refuses(line.Split(' ')).Says(says);
    }

    [Theory]
    [InlineData("scale resnet50 --stage knn", "--stage is 'knn'", "pretrain, finetune, distill")]
    [InlineData("scale resnet50 --tflops 0", "--tflops must be a number above 0")]
    [InlineData("scale resnet50 --share 1.2", "--share must be above 0 and at most 1")]
    [InlineData("scale resnet50 --wait-share -1", "--wait-share must be from 0 to 1")]
    [InlineData("scale resnet50 --loss-share 0", "--loss-share must be above 0")]
    [InlineData("scale resnet5", "did you mean 'resnet50'?")]
    public void Bad_input_is_told_what_to_give(string line, params string[] says)
    {
        using var folder = new Workplace();
        folder.Refuses(line.Split(' ')).Says(["simclr: ", .. says]);
    }

    // Terms as they may be: half of a matrix product's rate in training, a quarter in the loss, a tenth of a millisecond a convolution.
    private static readonly MeasuredTerms Measured = new(TrainingFraction: 0.5, LossFraction: 0.25, HostSeconds: 1e-4, WaitFraction: 0.04);

    private static JsonElement Scale(Workplace folder, params string[] more) =>
        folder.Simclr(["scale", "resnet50", "--json", .. more]).Succeeded().Json;

    private static List<JsonElement> Recipes(JsonElement scale) => [.. scale.GetProperty("recipes").EnumerateArray()];

    private static double Number(JsonElement of, params string[] path) =>
        path.Aggregate(of, static (element, name) => element.GetProperty(name)).GetDouble();
}
