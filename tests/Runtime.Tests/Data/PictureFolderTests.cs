using SimClrDsl.Planning;
using SimClrDsl.Runtime.Tests.Images;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>Folders of picture files: what is read from them, and what is said about those that do not fit.</summary>
public sealed class PictureFolderTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    private PictureFolderTests With(string path, byte[] bytes)
    {
        var file = Path.Combine(temp.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
        return this;
    }

    private PictureFolderTests With(params string[] paths)
    {
        Array.ForEach(
            paths,
            path => With(path, PictureTests.File(path.EndsWith("png", StringComparison.Ordinal) ? "colour.png" : "colour.jpg"))
        );
        return this;
    }

    private PictureFolderTests TwoClasses() => With("train/b/2.jpg", "train/b/1.png", "train/a/1.jpg", "test/a/1.jpg", "test/b/1.png");

    private DataPlan Plan(int train = 3, int test = 2, int side = 16, int labels = 2, int skip = 0, int classes = 2) =>
        new(DataSource.Folder, temp.Path, side, Channels: 3, classes, train, test, Unlabelled: train, Labels: labels, SkipBroken: skip);

    private ExperimentData Open(DataPlan plan) => Datasets.Open(plan, Key.FromSeed(1));

    [Fact]
    public void Classes_are_numbered_in_the_order_of_their_names()
    {
        var data = TwoClasses().Open(Plan());
        Assert.Equal([0L, 1, 1], data.Unlabelled.Classes());
        Assert.Equal([0L, 1], data.Labelled.Classes());
        Assert.Equal([3, 3, 16, 16], ((PixelSet)data.Unlabelled).Images.shape);
    }

    [Fact]
    public void Small_images_of_their_own_size_are_read_as_they_are()
    {
        var picture = Pictures.Decode(PictureTests.File("colour.png"));
        With("train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/1.png");
        var data = Open(Plan(train: 2, side: 17));

        // The middle square of a picture of 23 by 17, at its own scale.
        var pixels = ((PixelSet)data.Unlabelled).Images[0];
        for (var y = 0; y < 17; y++)
        {
            for (var x = 0; x < 17; x++)
            {
                Assert.Equal(picture.Pixels[3 * ((y * 23) + x + 3)], pixels[0, y, x].item<byte>());
            }
        }
    }

    [Fact]
    public void Large_images_are_decoded_when_a_batch_is_cropped()
    {
        var data = TwoClasses().Open(Plan(side: 72));
        var files = Assert.IsType<FileSet>(data.Unlabelled);
        var batch = Loaders.Unlabelled(files, batch: 3, Key.FromSeed(2), CPU, ScalarType.Float32)(0);
        var view = batch.Images.RandomCrop(Key.FromSeed(3), side: 72, from: 0.2, to: 1, flip: 0.5);
        Assert.Equal([3, 3, 72, 72], view.shape);
        Assert.Equal(view.Floats(), batch.Images.RandomCrop(Key.FromSeed(3), side: 72, from: 0.2, to: 1, flip: 0.5).Floats());
        Assert.InRange(view.min().item<float>(), 0, 1);
        Assert.True(view.std().item<float>() > 0.1);
    }

    [Fact]
    public void Views_prepared_together_are_those_made_one_by_one()
    {
        With("train/a/1.jpg", PictureTests.File("blocks.jpg")).With("train/a/2.jpg", PictureTests.File("blocks_progressive.jpg"));
        With("train/b/1.jpg", "train/b/2.png", "test/a/1.jpg", "test/b/1.jpg").With("train/b/3.jpg", PictureTests.File("cmyk.jpg"));
        var set = Open(Plan(train: 5, side: 72)).Unlabelled;
        RandomCrop[] crops = [new(Key.FromSeed(3), 72, 0.2, 1, 0.5), new(Key.FromSeed(4), 20, 0.1, 0.4, 0)];
        Tensor Made(ImageBatch batch, RandomCrop crop) => batch.RandomCrop(crop.Key, crop.Side, crop.From, crop.To, crop.Flip);

        var (together, alone) = (set.Batch([0, 1, 2, 3, 4], CPU), set.Batch([0, 1, 2, 3, 4], CPU));
        together.Prepare(crops);
        foreach (var crop in crops)
        {
            Assert.Equal(Made(alone, crop).Floats(), Made(together, crop).Floats());
        }

        // A view is handed over once, and made again for whoever asks again.
        Assert.Equal(Made(alone, crops[0]).Floats(), Made(together, crops[0]).Floats());
    }

    [Fact]
    public void Images_without_a_label_are_for_pretraining_only()
    {
        var data = TwoClasses().With("unlabelled/x.jpg", "unlabelled/y.jpg").Open(Plan(train: 5));
        Assert.Equal([0L, 1, 1, -1, -1], data.Unlabelled.Classes());
        Assert.Equal([0L, 1, 1], data.Bank.Classes());
        Assert.Equal([0L, 1], data.Labelled.Classes());
        Assert.Contains("only 3 of the training images have a label", Fault(Plan(train: 5, labels: 4)), StringComparison.Ordinal);
    }

    private string Fault(DataPlan plan) => Assert.Throws<InputException>(() => Open(plan)).Message;

    [Fact]
    public void A_folder_that_is_not_there_is_named() =>
        Assert.Contains("there is no folder", Fault(Plan() with { Path = Path.Combine(temp.Path, "none") }), StringComparison.Ordinal);

    [Fact]
    public void An_empty_folder_is_told_what_to_hold() => Assert.Contains("has no folder train", Fault(Plan()), StringComparison.Ordinal);

    [Fact]
    public void A_folder_without_test_images_is_told_what_to_hold()
    {
        With("train/a/1.jpg", "train/b/1.jpg");
        Assert.Contains("has no folder test or val", Fault(Plan()), StringComparison.Ordinal);
    }

    [Fact]
    public void One_class_is_no_classification()
    {
        With("train/a/1.jpg", "test/a/1.jpg");
        Assert.Contains("holds the one class 'a'", Fault(Plan()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_without_images_is_named()
    {
        TwoClasses();
        Directory.CreateDirectory(Path.Combine(temp.Path, "train", "c"));
        Directory.CreateDirectory(Path.Combine(temp.Path, "test", "c"));
        Assert.Contains($"{Path.Combine(temp.Path, "train", "c")} holds no image", Fault(Plan()), StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_that_differ_are_named_on_both_sides()
    {
        With("train/a/1.jpg", "train/b/1.jpg", "test/a/1.jpg", "test/c/1.jpg");
        Assert.EndsWith("differ: only train has b; only test has c.", Fault(Plan()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 2, 2, "has 3 train images, but the experiment is planned for 4: write train_images: 3.")]
    [InlineData(3, 1, 2, "write test_images: 2.")]
    [InlineData(3, 2, 3, "write classes: 2.")]
    public void Counts_that_differ_from_the_plan_say_what_to_write(int train, int test, int classes, string says)
    {
        TwoClasses();
        Assert.EndsWith(says, Fault(Plan(train, test, classes: classes)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_image_is_named_with_its_fault()
    {
        TwoClasses().With("train/b/2.jpg", []);
        var fault = Fault(Plan());
        Assert.StartsWith(
            $"an image cannot be used: {Path.Combine(temp.Path, "train", "b", "2.jpg")} (empty file)",
            fault,
            StringComparison.Ordinal
        );
        Assert.Contains("'data.skip_broken'", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_images_are_skipped_up_to_a_limit()
    {
        With("train/a/1.jpg", "train/a/2.jpg", "train/b/1.jpg", "test/a/1.jpg", "test/b/1.jpg");
        With("train/a/2.jpg", PictureTests.File("colour.jpg")[..200]);
        Assert.Equal([0L, 1], Open(Plan(skip: 1)).Unlabelled.Classes());
    }

    [Fact]
    public void A_damaged_image_among_large_ones_gives_its_place_to_the_next()
    {
        With("train/a/1.jpg", "train/b/1.jpg", "test/a/1.jpg", "test/b/1.jpg").With("train/a/1.jpg", []);
        var set = Open(Plan(train: 2, side: 72, skip: 1)).Unlabelled;
        var both = set.Batch([0, 1], CPU).ForEvaluation(72);
        Assert.Equal(both[1].Floats(), both[0].Floats());

        var strict = Open(Plan(train: 2, side: 72)).Unlabelled;
        Assert.Contains(
            "cannot be used",
            Assert.Throws<InputException>(() => strict.Batch([0], CPU).ForEvaluation(72)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_damaged_test_image_is_an_error_whatever_the_limit()
    {
        TwoClasses().With("test/b/1.png", []);
        Assert.Contains("empty file", Fault(Plan(skip: 3)), StringComparison.Ordinal);
    }
}
