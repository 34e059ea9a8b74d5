using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Plans;

/// <summary>What can be known before anything runs.</summary>
public sealed class PlanTests
{
    [Fact]
    public void A_resnet50_has_as_many_parameters_as_the_papers()
    {
        using var folder = new Workplace();
        var path = Path.Combine(Built.ExperimentsFolder, "resnet50.yaml");
        var byName = folder.Simclr("plan", "resnet50", "--json").Succeeded();
        var parameters = byName.Json.GetProperty("encoder").GetProperty("parameters");
        Assert.Equal(23_508_032, parameters.GetProperty("weights").GetInt64());
        Assert.Equal(23_561_152, parameters.GetProperty("with_statistics").GetInt64());
        Assert.Equal(byName.Output, folder.Simclr("plan", path, "--json").Succeeded().Output);
        Assert.Equal(folder.Simclr("plan", "resnet50").Succeeded().Output, folder.Simclr("plan", path).Succeeded().Output);
    }

    [Fact]
    public void A_plan_is_the_same_in_every_language()
    {
        using var folder = new Workplace();
        Assert.Equal(
            folder.Simclr("plan", "fashion-mnist").Succeeded().Output,
            folder.SimclrProcess(["plan", "fashion-mnist"], ("LANG", "de_DE.UTF-8"), ("LC_ALL", "de_DE.UTF-8")).Succeeded().Output
        );
    }

    [Fact]
    public void Every_file_of_the_folder_is_listed_and_sound()
    {
        var files = Directory.EnumerateFiles(Built.ExperimentsFolder, "*.yaml").Select(Path.GetFileNameWithoutExtension).ToList();
        using var folder = new Workplace();
        var listed = folder
            .Simclr("list", "--json")
            .Succeeded()
            .Json.EnumerateArray()
            .Select(static one => one.GetProperty("name").GetString()!)
            .ToList();
        Assert.Equal(Built.Experiments.Select(static experiment => experiment.Name).Order(StringComparer.Ordinal), listed);
        Assert.Empty(files.Except(listed));
        Assert.Equal(listed.Select(static name => $"{name}: ok"), folder.Simclr("check").Succeeded().OutputLines);
        Assert.Equal(
            listed,
            folder.Simclr("list").Succeeded().OutputLines.Select(static line => line.Split(' ')[0]).Where(listed.Contains)
        );
    }

    [Fact]
    public void A_forward_pass_shows_that_a_spec_generates_compiles_and_fits()
    {
        using var folder = Tiny.Workplace();
        var lines = folder.Simclr("check", Tiny.File, "--forward").Succeeded().OutputLines;
        Assert.Equal($"{Tiny.File}: ok", lines[0]);
        Assert.Matches(@"files generated in [\d.]+ s, compiled in [\d.]+ s; 64 finite features of an image of 8 px", lines[1]);
    }
}
