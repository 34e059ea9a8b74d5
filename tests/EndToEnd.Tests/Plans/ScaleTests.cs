using System.Text.Json;
using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Plans;

/// <summary>What a recipe costs and what a model makes of that. Shares of the peak are given, so that what is asserted does not depend on what this machine attains.</summary>
public sealed class ScaleTests
{
    // A ResNet-50's pretraining: 4096 images, two views, forward and twice that back; the memory network goes forward besides.
    private const double Views = 2 * 4096;
    private const double Passes = 3 + 1;

    [Fact]
    public void It_counts_what_the_plan_has()
    {
        using var folder = new Workplace();
        var plan = folder.Simclr("plan", "resnet50", "--json").Succeeded().Json;
        var recipe = Assert.Single(Recipes(folder, "--stage", "pretrain"));
        var load = recipe.GetProperty("load");
        var macs = Number(plan, "encoder", "multiply_adds") + Number(plan, "head", "multiply_adds");
        var weights = Number(plan, "encoder", "parameters", "weights") + Number(plan, "head", "parameters", "weights");
        Assert.Equal(2 * Passes * Views * macs, Number(load, "flops"));
        Assert.Equal(weights, Number(load, "weights"));
        Assert.Equal(4 * weights, Number(recipe, "all_reduce_bytes"));
        Assert.Equal(Number(plan, "stages", "pretrain", "total_steps"), Number(load, "steps"));
    }

    [Fact]
    public void More_gpus_take_less_time_and_waste_more()
    {
        using var folder = new Workplace();
        var recipes = Recipes(folder);
        Assert.Equal(
            ["pretrain", "finetune", "distill"],
            recipes.Select(static recipe => recipe.GetProperty("load").GetProperty("stage").GetString())
        );
        var times = recipes[0].GetProperty("times").EnumerateArray().ToList();
        Assert.Equal([1, 8, 64, 512], times.Select(static time => Number(time, "step", "gpus")));
        Assert.Equal(1, Number(times[0], "efficiency"));
        foreach (var (fewer, more) in times.Zip(times.Skip(1)))
        {
            Assert.True(Number(more, "seconds") < Number(fewer, "seconds"));
            Assert.True(Number(more, "efficiency") < Number(fewer, "efficiency"));
        }
    }

    [Fact]
    public void A_gpus_figures_are_taken_from_the_command_line()
    {
        using var folder = new Workplace();
        var printed = folder
            .Simclr("scale", "resnet50", "--tflops", "312", "--memory-bandwidth", "2039", "--share", "0.4")
            .Succeeded()
            .Output;
        Assert.Contains("312 TFLOP/s in bf16, 2039 GB/s of memory", printed, StringComparison.Ordinal);
        Assert.Contains("training attains 40 % (as given)", printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scale resnet50 --stage knn", "--stage is 'knn'", "pretrain, finetune, distill")]
    [InlineData("scale resnet50 --tflops 0", "--tflops must be a number above 0")]
    [InlineData("scale resnet50 --share 1.2", "--share must be above 0 and at most 1")]
    [InlineData("scale resnet50 --loss-share 0", "--loss-share must be above 0")]
    [InlineData("scale resnet5", "did you mean 'resnet50'?")]
    public void Bad_input_is_told_what_to_give(string line, params string[] says)
    {
        using var folder = new Workplace();
        folder.Refuses(line.Split(' ')).Says(["simclr: ", .. says]);
    }

    private static List<JsonElement> Recipes(Workplace folder, params string[] more) =>
        [
            .. folder
                .Simclr(["scale", "resnet50", "--json", "--share", "0.5", "--loss-share", "0.25", .. more])
                .Succeeded()
                .Json.GetProperty("recipes")
                .EnumerateArray(),
        ];

    private static double Number(JsonElement of, params string[] path) =>
        path.Aggregate(of, static (element, name) => element.GetProperty(name)).GetDouble();
}
