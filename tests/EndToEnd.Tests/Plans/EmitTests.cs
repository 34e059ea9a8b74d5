using SimClrDsl.EndToEnd.Tests.Experiments;
using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Plans;

/// <summary>
/// The files that are checked in are those that the command writes. The build writes the code among them; <c>UPDATE_SNAPSHOTS=1</c> lets
/// this test write the specs.
/// </summary>
public sealed class EmitTests
{
    [Fact]
    public void Emit_writes_what_is_checked_in_and_nothing_else_is()
    {
        using var folder = new Workplace();
        // The code of the record form is that of the YAML form, which RecordFormTests holds.
        foreach (var experiment in Built.Experiments.Where(static experiment => experiment.Name != RecordFormTests.Name))
        {
            folder.Simclr("emit", experiment.Name, "--out", "emitted").Succeeded();
        }

        var generated = Path.Combine(Built.ExperimentsFolder, "Generated");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Array.ForEach(Directory.GetFiles(generated, "*.yaml"), File.Delete);
            Array.ForEach(
                Directory.GetFiles(folder.At("emitted"), "*.yaml"),
                file => File.Copy(file, Path.Combine(generated, Path.GetFileName(file)))
            );
        }

        var checkedIn = Folders.Contents(generated);
        // The list of all experiments of the project, which belongs to none of them.
        Assert.True(checkedIn.Remove("Experiments.g.cs"));
        Assert.Equal(checkedIn, folder.Contents("emitted"));
    }

    [Fact]
    public void Without_a_folder_emit_prints_every_file()
    {
        using var folder = new Workplace();
        var printed = folder.Simclr("emit", "resnet50").Succeeded().Output;
        var files = Directory.GetFiles(Path.Combine(Built.ExperimentsFolder, "Generated"), "Resnet50.*");
        Assert.NotEmpty(files);
        Assert.All(
            files,
            file => Assert.Contains($"// {Path.GetFileName(file)}\n{File.ReadAllText(file)}", printed, StringComparison.Ordinal)
        );
        Assert.Empty(folder.Contents());
    }
}
