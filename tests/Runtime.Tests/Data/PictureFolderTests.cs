using SimClrDsl.Planning;
using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Images;
using SimClrDsl.Specs;
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

    private ExperimentData Open(DataPlan plan) => Datasets.Open(plan, Key.FromSeed(1)).Value();

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
                for (var channel = 0; channel < 3; channel++)
                {
                    Assert.Equal(picture.Pixels[(3 * ((y * 23) + x + 3)) + channel], pixels[channel, y, x].item<byte>());
                }
            }
        }
    }

    [Fact]
    public void A_JPEG_with_stray_bytes_is_read_and_named_once_and_again_from_the_cache()
    {
        TwoClasses();
        var file = PictureTests.File("colour.jpg");
        var table = file.AsSpan().IndexOf<byte>([0xff, 0xdb]);
        With("train/b/2.jpg", [.. file[..table], 0x00, .. file[table..]]);
        using var cache = new TempFolder();
        foreach (var path in Directory.EnumerateFiles(temp.Path, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        for (var time = 0; time < 2; time++)
        {
            var data = Datasets.Open(Plan(), Key.FromSeed(1), new DataPlace(SpecFolder: null, new ImageCache(cache.Path))).Value();
            Assert.Equal(
                ["an image is not quite as JPEG files should be, and read all the same: train/b/2.jpg (1 stray byte between its markers)"],
                data.Notes.Lines
            );
            var pixels = ((PixelSet)data.Unlabelled).Images;
            Assert.Equal(pixels[0].Floats(), pixels[2].Floats());
        }
    }

    [Theory]
    [InlineData(Bicubic.Tf2, true)]
    [InlineData(Bicubic.Tf2, false)]
    [InlineData(Bicubic.Tf1, false)]
    [InlineData(Bicubic.Torch, false)]
    public void Small_images_are_resized_as_the_plan_says(Bicubic bicubic, bool antialias)
    {
        With("train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/1.png");
        var data = Open(Plan(train: 2, side: 8) with { Bicubic = bicubic, Antialias = antialias });

        // The middle square of a picture of 23 by 17, resized as a tensor and rounded to bytes.
        var picture = Pictures.Decode(PictureTests.File("colour.png"));
        var pixels = tensor(picture.Pixels).reshape(1, 17, 23, 3).permute(0, 3, 1, 2);
        var expected = pixels.Resample([new(0, 3, 17, 17)], [false], 8, new(bicubic, antialias)).Clip().mul(255).round();
        var apart = expected.Floats().Zip(((PixelSet)data.Test).Images[0].Floats(), static (a, b) => Math.Abs(a - b)).ToList();
        Assert.True(apart.Max() <= 1 && apart.Average() < 0.02, $"up to {apart.Max()} levels, {apart.Average()} on average");
        Assert.Equal(new Resizing(bicubic, antialias), data.Test.Resizing);
        Assert.Equal(new Resizing(bicubic, antialias), data.Unlabelled.Resizing);
    }

    [Fact]
    public void Images_of_the_size_asked_for_keep_each_channel()
    {
        var pixels = Enumerable.Range(0, 3 * 16 * 16).Select(static i => (byte)((i % 3 * 80) + (i / 3 % 64))).ToArray();
        With("train/a/1.png", Pictures.Encode(new(16, 16, pixels))).With("train/b/1.png", "test/a/1.png", "test/b/1.png");
        var image = ((PixelSet)Open(Plan(train: 2)).Unlabelled).Images[0];
        Assert.Equal(pixels, image.permute(1, 2, 0).contiguous().data<byte>().ToArray());
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

    private string Fault(DataPlan plan) => Datasets.Open(plan, Key.FromSeed(1)).Error();

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
        Assert.EndsWith("differ: only train has 'b'; only test has 'c'.", Fault(Plan()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cat", "Cat", "only train has 'cat'; only test has 'Cat' ('cat' differs in capital letters or spaces alone).")]
    [InlineData("cat", "cat ", "only train has 'cat'; only test has 'cat ' ('cat' differs in capital letters or spaces alone).")]
    [InlineData("é", "e\u0301", "only train has 'é' (\\u00e9); only test has 'e\u0301' (e\\u0301).")]
    public void Classes_that_nearly_agree_are_told_apart(string train, string test, string says)
    {
        With("train/a/1.jpg", $"train/{train}/1.jpg", "test/a/1.jpg", $"test/{test}/1.jpg");
        Assert.EndsWith(says, Fault(Plan(train: 2)), StringComparison.Ordinal);
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
    public void More_damaged_images_than_allowed_are_an_error_that_says_the_limit()
    {
        TwoClasses().With("train/b/1.png", []).With("train/b/2.jpg", []);
        Assert.EndsWith(
            "; replace or remove them, or allow for more than the 1 of 'data.skip_broken'.",
            Fault(Plan(skip: 1)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Damaged_images_are_skipped_up_to_a_limit()
    {
        With("train/a/1.jpg", "train/a/2.jpg", "train/b/1.jpg", "test/a/1.jpg", "test/b/1.jpg");
        With("train/a/2.jpg", PictureTests.File("colour.jpg")[..200]);
        Assert.Equal([0L, 1], Open(Plan(skip: 1)).Unlabelled.Classes());
    }

    [Fact]
    public void A_damaged_test_image_is_an_error_whatever_the_limit()
    {
        TwoClasses().With("test/b/1.png", []);
        Assert.EndsWith(
            "test/b/1.png (empty file); replace or remove it, test images must be whole.",
            Fault(Plan(skip: 3)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Everything_that_differs_from_the_plan_is_said_at_once()
    {
        TwoClasses();
        Assert.Equal(
            $"{temp.Path} has 2 classes and 3 train images and 2 test images, but the experiment is planned for 3 and 9 and 8: "
                + "write classes: 2 and train_images: 3 and test_images: 2.",
            Fault(Plan(train: 9, test: 8, classes: 3))
        );
    }

    [Fact]
    public void Training_images_with_a_label_are_counted_where_the_plan_says_how_many_there_are()
    {
        TwoClasses().With("unlabelled/x.jpg", "unlabelled/y.jpg");
        Assert.Equal(3, Open(Plan(train: 5) with { TrainLabels = 3 }).Bank.Count);
        Assert.EndsWith(
            "has 3 train labels, but the experiment is planned for 4: write train_labels: 3.",
            Fault(Plan(train: 5) with { TrainLabels = 4 }),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Images_with_a_label_and_without_are_drawn_in_proportion()
    {
        foreach (var i in Enumerable.Range(0, 6))
        {
            With($"train/a/{i}.png", $"train/b/{i}.png", $"unlabelled/{i}.png", $"unlabelled/more/{i}.png");
        }

        With("test/a/1.jpg", "test/b/1.png");
        foreach (var (unlabelled, bank) in new[] { (24, 12), (20, 10), (7, 3), (1, 0) })
        {
            var plan = Plan(train: 24) with { Unlabelled = unlabelled, TrainLabels = 12 };
            var data = Open(plan);
            Assert.Equal((unlabelled, bank, bank), (data.Unlabelled.Count, data.Bank.Count, plan.Bank));
        }
    }

    [Fact]
    public void WebP_and_BMP_files_and_rarer_endings_are_images_too()
    {
        With("train/a/1.webp", PictureTests.File("lossless.webp")).With("train/a/2.JFIF", "train/b/1.jpe", "test/a/1.jpg", "test/b/1.png");
        With("train/b/2.Bmp", PictureTests.File("colour.bmp"));
        var data = Open(Plan(train: 4, side: 17));
        Assert.Equal([0L, 0, 1, 1], data.Unlabelled.Classes());
        var pixels = ((PixelSet)data.Unlabelled).Images;
        Assert.Equal(pixels[0].Floats(), pixels[3].Floats());
        Assert.Empty(data.Notes.PassedOver);
    }

    // Names and pixels are those of the pictures that are meant, whatever lies between them.
    [Fact]
    public void Hidden_entries_are_neither_classes_nor_images()
    {
        TwoClasses().With("train/.ipynb_checkpoints/1.png", "train/a/.ipynb_checkpoints/2.png", "train/a/._1.jpg", "train/.DS_Store");
        With("test/.ipynb_checkpoints/1.png", "test/Thumbs.db", "test/b/.DS_Store").With("unlabelled/.hidden/1.png", "unlabelled/._2.png");
        With("train/b/Thumbs.db", "train/b/desktop.ini", ".git/train.png");
        var data = Open(Plan());
        Assert.Equal([0L, 1, 1], data.Unlabelled.Classes());
        Assert.Equal([0L, 1], data.Test.Classes());
        Assert.Contains("passed over, as no image of this data set (JPEG, PNG, WebP or BMP): 11 hidden entries", data.Notes.Lines);
    }

    [Fact]
    public void Other_files_are_counted_by_their_kind_and_named()
    {
        TwoClasses().With("train/a/1.gif", "train/a/2.GIF", "train/b/1.tif", "train/loose.png", "test/b/readme", "extra/1.png");
        var notes = Open(Plan()).Notes;
        Assert.Contains(
            "passed over, as no image of this data set (JPEG, PNG, WebP or BMP): 2 .gif files, 1 folder beside train/ and test/, "
                + "1 image outside the folder of any class, 1 .tif file, 1 file without an ending",
            notes.Lines
        );
        Assert.Equal(
            ["extra", "test/b/readme", "train/a/1.gif", "train/a/2.GIF", "train/b/1.tif", "train/loose.png"],
            notes.PassedOver.Select(static file => file.Name).Order(StringComparer.Ordinal)
        );
        Assert.Contains("train/b/1.tif\t.tif file\n", notes.FileText, StringComparison.Ordinal);
        Assert.Null(notes.Remark);
    }

    [Fact]
    public void A_class_of_other_files_alone_says_what_it_holds()
    {
        TwoClasses().With("train/c/1.gif", "train/c/2.gif", "test/c/1.gif");
        Assert.EndsWith(
            "holds no image (.jpg, .jpeg, .jpe, .jfif, .png, .webp, .bmp) but 2 .gif files: put some there, or remove the folder.",
            Fault(Plan(classes: 3)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Folders_within_a_class_hold_images_of_that_class()
    {
        With("train/a/x/1.png", "train/a/x/y/2.png", "train/b/1.png", "test/a/deep/1.png", "test/b/1.png").With("unlabelled/u/v/1.png");
        Directory.CreateSymbolicLink(Path.Combine(temp.Path, "train/b/loop"), Path.Combine(temp.Path, "train/b"));
        var data = Open(Plan(train: 4));
        Assert.Equal([0L, 0, 1, -1], data.Unlabelled.Classes());
        Assert.Equal([0L, 1], data.Test.Classes());
        Assert.Contains("link to a folder that holds it", Assert.Single(data.Notes.PassedOver).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_images_without_labels_is_enough_for_pretraining()
    {
        With("unlabelled/x.jpg", "unlabelled/more/y.png");
        var plan = Plan(train: 2, test: 0, classes: 0, labels: 0);
        var data = Open(plan);
        Assert.Equal([-1L, -1], data.Unlabelled.Classes());
        Assert.Equal((0, 0, 0), (data.Bank.Count, data.Labelled.Count, data.Test.Count));
        Assert.EndsWith(
            "has 2 train images, but the experiment is planned for 3: write train_images: 2.",
            Fault(plan with { TrainImages = 3 }),
            StringComparison.Ordinal
        );

        // Where classes are asked for, train/ is.
        Assert.Contains("has no folder train", Fault(Plan(train: 2)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_relative_path_is_looked_for_beside_the_spec_first()
    {
        TwoClasses();
        var (parent, name) = (Path.GetDirectoryName(temp.Path)!, Path.GetFileName(temp.Path));
        var plan = Plan() with { Path = name };
        Assert.Equal(3, Datasets.Open(plan, Key.FromSeed(1), new DataPlace(parent, ImageCache.None)).Value().Unlabelled.Count);
        Assert.Contains("there is no folder", Fault(plan), StringComparison.Ordinal);

        // So is a label list, where the data set has none of that name.
        With("lists/some.txt", "a/1.jpg\nb/1.png\n"u8.ToArray());
        var listed = plan with { LabelList = "some.txt" };
        var beside = new DataPlace(Path.Combine(temp.Path, "lists"), ImageCache.None);
        Assert.Equal(
            ["train/a/1.jpg", "train/b/1.png"],
            Datasets.Open(listed with { Path = temp.Path }, Key.FromSeed(1), beside).Value().LabelledNames
        );
    }

    [Theory]
    [InlineData("train\\a\\1.jpg\r\n\r\n  .\\b\\2.jpg \r\n")]
    [InlineData("a/1.jpg\na/1.jpg\n\n./train/b/2.jpg")]
    [InlineData("\uFEFFa/1.jpg\nb/2.jpg\n")]
    public void A_label_list_may_come_from_another_system(string list)
    {
        TwoClasses().With("list.txt", System.Text.Encoding.UTF8.GetBytes(list));
        Assert.Equal(["train/a/1.jpg", "train/b/2.jpg"], Open(Plan() with { LabelList = "list.txt" }).LabelledNames);
    }

    // As labelled.txt of a run writes them.
    [Fact]
    public void A_label_list_may_name_files_with_any_characters()
    {
        string[] names = ["train/a/back\\slash.jpg", "train/a/line\nbreak.jpg", "train/b/ spaces .jpg"];
        With([.. names, "train/a/plain.jpg", "test/a/1.jpg", "test/b/1.png"]);
        With("list.txt", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', names.Select(OneLine.Of))));
        Assert.Equal(names, Open(Plan(train: 4, labels: 3) with { LabelList = "list.txt" }).LabelledNames);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n  \r\n\n")]
    public void An_empty_label_list_is_an_error(string list)
    {
        TwoClasses().With("list.txt", System.Text.Encoding.UTF8.GetBytes(list));
        Assert.EndsWith(
            "list.txt names no image: write one name a line, or remove data.label_list.",
            Fault(Plan() with { LabelList = "list.txt" }),
            StringComparison.Ordinal
        );
    }
}
