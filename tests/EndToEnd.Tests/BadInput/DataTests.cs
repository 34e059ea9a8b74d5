using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.BadInput;

/// <summary>Images that are missing or damaged: one line names folder or file, and no run begins.</summary>
public sealed class DataTests
{
    private const string Installed = "/usr/share/datasets/fashion-mnist";
    private const string TrainImages = "train-images-idx3-ubyte.gz";

    [Fact]
    public void A_folder_without_the_data_set_is_told_how_to_install_it()
    {
        using var folder = Specified("images");
        Directory.CreateDirectory(folder.At("images"));
        folder.Refuses(Run).Says("not in images", "apt-get install dataset-fashion-mnist", "data.path");
    }

    [Theory]
    [InlineData("images")]
    [InlineData("spec.yaml")]
    public void A_path_that_is_no_folder_is_told_how_to_install_it(string path)
    {
        using var folder = Specified(path);
        folder.Refuses(Run).Says($"not in {path}", "there is no such folder", "apt-get install dataset-fashion-mnist");
    }

    [Fact]
    public void A_file_that_is_cut_short_is_named()
    {
        using var folder = Specified("images");
        Directory.CreateDirectory(folder.At("images"));
        var whole = File.ReadAllBytes(Path.Combine(Installed, TrainImages));
        File.WriteAllBytes(folder.At($"images/{TrainImages}"), whole[..^1000]);
        folder.Refuses(Run).Says($"simclr: images/{TrainImages} is not a complete idx file", "install or download it again");
    }

    [Fact]
    public void A_file_of_something_else_is_named()
    {
        using var folder = Specified("images").With("images/train-images-idx3-ubyte", "<html>404 Not Found</html>");
        folder.Refuses(Run).Says("simclr: images/train-images-idx3-ubyte is not a complete idx file", "install or download it again");
    }

    private static string[] Run => ["run", "spec.yaml", "--smoke"];

    private static Workplace Specified(string path) =>
        new Workplace().With(
            "spec.yaml",
            $$"""
            name: fashion
            data: { source: fashion-mnist, path: {{path}}, unlabelled: 64, labels: 10 }
            encoder: { resnet: 18, width: 0.125 }
            pretrain: { epochs: 1, batch: 32 }
            """
        );
}
