using System.Formats.Tar;
using System.Text;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Images;
using SimClrDsl.Specs;
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

    private ExperimentData Open(DataPlan plan) => Datasets.Open(plan, Key.FromSeed(1)).Value();

    private string Fault(DataPlan? plan = null) => Datasets.Open(plan ?? Plan(), Key.FromSeed(1)).Error();

    [Fact]
    public void Members_of_one_key_belong_together_and_a_label_may_be_missing()
    {
        var data = Four().Open(Plan());
        Assert.Equal([1L, 0, 1, -1], data.Unlabelled.Classes());
        Assert.Equal([0L, 1], data.Test.Classes());
    }

    [Fact]
    public void A_class_that_no_training_image_has_is_told()
    {
        var lines = Four().Open(Plan() with { Classes = 3 }).Notes.Lines;
        Assert.Contains("no training image has the class 2", lines);
        Assert.DoesNotContain(Open(Plan()).Notes.Lines, static line => line.StartsWith("no training image", StringComparison.Ordinal));
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
    public void A_class_of_many_bytes_is_named_and_not_read()
    {
        Four().With("train-001.tar", Image("b/1.png"), Label("b/1.cls", new string('1', 1000)));
        Assert.Equal($"{At("train-001.tar")}:b/1.cls has 1000 bytes, but a class is a number.", Fault());
    }

    [Fact]
    public void A_shard_without_images_is_named()
    {
        Four().With("train-001.tar", Label("b/1.cls", "1"));
        Assert.Contains("train-001.tar holds no image", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Test_images_without_a_label_are_passed_over_and_counted()
    {
        var data = Four()
            .With("test-000.tar", Image("x.png"), Image("y.png"), Label("y.cls", "1"), Image("z.jpg"))
            .Open(Plan() with { TestImages = 3 });
        Assert.Equal([1L], data.Test.Classes());
        Assert.Contains("2 of 3 test images have no label and are passed over", data.Notes.Lines);
        Assert.Equal("2 test images without a label passed over", data.Notes.Remark);
        Assert.Equal(["test-000.tar:x.png", "test-000.tar:z.jpg"], data.Notes.WithoutClass.Select(static image => image.Name));

        With("test-000.tar", Image("x.png"), Image("y.png"));
        Assert.Equal($"{temp.Path}: none of the 2 test images has a label, so nothing can be measured.", Fault());
    }

    // The mask is grey and the image coloured.
    [Fact]
    public void A_member_of_another_kind_is_not_the_image_of_its_key()
    {
        (string, byte[]) Grey(string name) => (name, PictureTests.File("grey.png"));
        Four()
            .With(
                "train-000.tar",
                Grey("a/1.mask.png"),
                Image("a/1.png"),
                Label("a/1.cls", "1"),
                Label("a/1.seg.cls", "0"),
                Grey("a/1.zoom.png"),
                Grey("a/._1.png"),
                Grey(".ipynb_checkpoints/7.png"),
                Label("a/1.json", "{}"),
                Image("./a/2.png"),
                Label("./a/2.cls", "0"),
                Label("a/8.cls", "1")
            );
        var data = Open(Plan() with { Side = 72 });
        Assert.Equal([0L, 1, 1, -1], data.Unlabelled.Classes());
        var views = data.Unlabelled.Batch([0, 1], CPU).ForEvaluation(72);
        Assert.All([0, 1], i => Assert.True((views[i, 0] - views[i, 2]).abs().max().item<float>() > 0.1));
        Assert.Equal(
            [
                "train-000.tar:.ipynb_checkpoints/7.png\t.png member",
                "train-000.tar:a/._1.png\t._1.png member",
                "train-000.tar:a/1.json\t.json member",
                "train-000.tar:a/1.mask.png\t.mask.png member",
                "train-000.tar:a/1.seg.cls\t.seg.cls member",
                "train-000.tar:a/1.zoom.png\t.zoom.png member",
                "train-000.tar:a/8.cls\t.cls without an image",
            ],
            data.Notes.FileText.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("a/1.jpg", "images")]
    [InlineData("a/1.cls", "labels")]
    public void Two_members_of_one_kind_and_key_are_an_error(string second, string what)
    {
        Four()
            .With(
                "train-000.tar",
                Image("a/1.png"),
                Label("a/1.cls", "1"),
                second.EndsWith("cls", StringComparison.Ordinal) ? Label(second, "0") : Image(second)
            );
        Assert.Equal(
            $"{At("train-000.tar")}:{second} is the second of two {what} of key 'a/1' in one shard: remove or rename one.",
            Fault()
        );
    }

    [Fact]
    public void Shards_alone_pretrain_without_classes_and_test_images()
    {
        Four();
        File.Delete(At("test-000.tar"));
        var data = Open(Plan() with { Classes = 0, TestImages = 0, Labels = 0 });
        Assert.Equal([-1L, -1, -1, -1], data.Unlabelled.Classes());
    }

    [Fact]
    public void A_list_names_images_by_their_path_where_names_repeat()
    {
        Four().With("train-001.tar", Image("b/1.png"), Label("b/1.cls", "0"), Image("b/2.jpg"), Label("b/2.cls", "1"));
        string[] Named(params string[] lines)
        {
            File.WriteAllLines(At("list.txt"), lines);
            return [.. Open(Plan(labels: 2, list: "list.txt")).LabelledNames];
        }

        string[] both = ["train-000.tar:a/1.png", "train-001.tar:b/2.jpg"];
        Assert.Equal(both, Named("a/1.png", "b/2.jpg"));
        Assert.Equal(both, Named("./b/2.jpg", "", "a\\1.png ", "b/2.jpg")[..2]);
        Assert.Equal(both, Named(both));
        Assert.Equal(both, Named(At("train-000.tar:a/1.png"), "train-001.tar:b/2.jpg"));
        File.WriteAllLines(At("list.txt"), ["a/1.png", "2.jpg"]);
        Assert.Equal(
            $"{At("list.txt")} names 2.jpg, which could be {At("train-000.tar:a/2.jpg")} "
                + $"or {At("train-001.tar:b/2.jpg")}: write its path, such as CLASS/2.jpg.",
            Fault(Plan(list: "list.txt"))
        );

        // A part of a name is no name: neither of the file's nor of the folder's.
        With("train-002.tar", Image("aa/1.png"), Label("aa/1.cls", "0"));
        File.WriteAllLines(At("list.txt"), ["a/1.png", "b/2.jpg"]);
        Assert.Equal(both, Open(Plan(train: 5, list: "list.txt")).LabelledNames);
        File.Delete(At("train-002.tar"));
        File.WriteAllLines(At("list.txt"), ["a/1.png", "/2.jpg", "1.jpg"]);
        Assert.Contains("names 1.jpg, which is not among", Fault(Plan(list: "list.txt")), StringComparison.Ordinal);
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
