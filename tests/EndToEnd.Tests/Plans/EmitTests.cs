using SimClrDsl.EndToEnd.Tests.Experiments;
using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Plans;

/// <summary>The code that is checked in is the code that the command writes.</summary>
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

        Assert.Equal(Folders.Contents(Path.Combine(Built.ExperimentsFolder, "Generated")), folder.Contents("emitted"));
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
