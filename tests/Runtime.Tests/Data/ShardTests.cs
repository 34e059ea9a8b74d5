using System.Formats.Tar;
using System.Text;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Tests.Images;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>Tar files in WebDataset form, and lists of labelled files.</summary>
public sealed class ShardTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    private string At(string name) => Path.Combine(temp.Path, name);

    private ShardTests With(string shard, params (string Name, byte[] Bytes)[] members)
    {
        using var tar = new TarWriter(File.Create(At(shard)));
        foreach (var (name, bytes) in members)
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
        }

        return this;
    }

    private static (string, byte[]) Image(string name) =>
        (name, PictureTests.File(name.EndsWith("png", StringComparison.Ordinal) ? "colour.png" : "grey.png"));

    private static (string, byte[]) Label(string name, string text) => (name, Encoding.UTF8.GetBytes(text));

    private ShardTests Four() =>
        With("train-000.tar", Image("a/1.png"), Label("a/1.cls", "1"), Label("a/2.cls", "0\n"), Image("a/2.jpg"))
            .With("train-001.tar", Image("b/1.png"), Label("b/1.cls", "1"), Image("b/9.png"))
            .With("test-000.tar", Image("x.png"), Label("x.cls", "0"), Image("y.png"), Label("y.cls", "1"));

    private DataPlan Plan(int train = 4, int labels = 2, string? list = null) =>
        new(
            DataSource.Shards,
            temp.Path,
            Side: 16,
            Channels: 3,
            Classes: 2,
            train,
            TestImages: 2,
            Unlabelled: train,
            labels,
            LabelList: list
        );

    private ExperimentData Open(DataPlan plan) => Datasets.Open(plan, Key.FromSeed(1));

    private string Fault(DataPlan? plan = null) => Assert.Throws<InputException>(() => Open(plan ?? Plan())).Message;

    [Fact]
    public void Members_of_one_key_belong_together_and_a_label_may_be_missing()
    {
        var data = Four().Open(Plan());
        Assert.Equal([1L, 0, 1, -1], data.Unlabelled.Classes());
        Assert.Equal([0L, 1], data.Test.Classes());
    }

    [Fact]
    public void An_image_is_read_from_its_place_in_the_archive()
    {
        var files = Four().Open(Plan() with { Side = 72 }).Unlabelled;
        var views = files.Batch([0, 1], CPU).ForEvaluation(72);
        Assert.True((views[0, 0] - views[0, 2]).abs().max().item<float>() > 0.1);
        Assert.Equal(views[1, 0].Floats(), views[1, 2].Floats());
    }

    [Fact]
    public void A_shard_cut_short_is_named()
    {
        Four();
        var bytes = File.ReadAllBytes(At("train-001.tar"));
        File.WriteAllBytes(At("train-001.tar"), bytes[..1300]);
        Assert.Equal($"{At("train-001.tar")} is cut short or no tar file: copy it again.", Fault());
    }

    [Fact]
    public void What_is_no_shard_is_named()
    {
        File.WriteAllText(At("train-000.tar"), new string('x', 2000));
        Assert.Contains("train-000.tar is cut short or no tar file", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_shards_is_told_what_to_hold() =>
        Assert.Contains("holds no train-*.tar", Fault(), StringComparison.Ordinal);

    [Theory]
    [InlineData("2")]
    [InlineData("-1")]
    [InlineData("cat")]
    public void A_class_that_there_is_not_is_named(string label)
    {
        Four().With("train-001.tar", Image("b/1.png"), Label("b/1.cls", label));
        Assert.Equal($"{At("train-001.tar")}:b/1.cls is '{label}', but a class is a number from 0 to 1.", Fault());
    }

    [Fact]
    public void A_shard_without_images_is_named()
    {
        Four().With("train-001.tar", Label("b/1.cls", "1"));
        Assert.Contains("train-001.tar holds no image", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_chooses_the_labelled_images_by_name()
    {
        Four().With("train-001.tar", Image("b/3.png"), Label("b/3.cls", "1"), Image("b/9.png"));
        File.WriteAllText(At("list.txt"), "3.png\n2.jpg\n");
        Assert.Equal([0L, 1], Open(Plan(list: "list.txt")).Labelled.Classes());
        File.WriteAllText(At("list.txt"), "3.png\n");
        Assert.Equal([1L], Open(Plan(labels: 1, list: "list.txt")).Labelled.Classes());
    }

    [Fact]
    public void A_list_that_does_not_fit_says_why()
    {
        Four();
        Assert.Contains("list.txt cannot be read", Fault(Plan(list: "list.txt")), StringComparison.Ordinal);
        File.WriteAllText(At("list.txt"), "2.jpg\nnone.jpg\ngone.jpg\n");
        Assert.Contains(
            "names none.jpg, and 1 more that are not among the training images with a label",
            Fault(Plan(list: "list.txt")),
            StringComparison.Ordinal
        );
        File.WriteAllText(At("list.txt"), "2.jpg\n");
        Assert.Contains("planned for 2: write labels: 1", Fault(Plan(list: "list.txt")), StringComparison.Ordinal);
    }
}
