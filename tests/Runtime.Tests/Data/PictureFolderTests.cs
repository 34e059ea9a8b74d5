using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Images;

namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>Folders of picture files: which files are images of which class, and what is said about the others.</summary>
public sealed class PictureFolderTests : PictureFolder
{
    [Fact]
    public void Classes_are_numbered_in_the_order_of_their_names()
    {
        var data = TwoClasses().Open(Plan());
        Assert.Equal([0L, 1, 1], data.Unlabelled.Classes());
        Assert.Equal([0L, 1], data.Labelled.Classes());
        Assert.Equal([3, 3, 16, 16], ((PixelSet)data.Unlabelled).Images.shape);
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

    [Fact]
    public void Damaged_images_are_skipped_up_to_a_limit()
    {
        With("train/a/1.jpg", "train/a/2.jpg", "train/b/1.jpg", "test/a/1.jpg", "test/b/1.jpg");
        With("train/a/2.jpg", PictureTests.File("colour.jpg")[..200]);
        Assert.Equal([0L, 1], Open(Plan(skip: 1)).Unlabelled.Classes());
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
    public void Folders_within_a_class_hold_images_of_that_class()
    {
        With("train/a/x/1.png", "train/a/x/y/2.png", "train/b/1.png", "test/a/deep/1.png", "test/b/1.png").With("unlabelled/u/v/1.png");
        Directory.CreateSymbolicLink(Path.Combine(Root, "train/b/loop"), Path.Combine(Root, "train/b"));
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
        var (parent, name) = (Path.GetDirectoryName(Root)!, Path.GetFileName(Root));
        var plan = Plan() with { Path = name };
        Assert.Equal(3, Datasets.Open(plan, Key.FromSeed(1), new DataPlace(parent, ImageCache.None)).Value().Unlabelled.Count);
        Assert.Contains("there is no folder", Fault(plan), StringComparison.Ordinal);

        // So is a label list, where the data set has none of that name.
        With("lists/some.txt", "a/1.jpg\nb/1.png\n"u8.ToArray());
        var listed = plan with { LabelList = "some.txt" };
        var beside = new DataPlace(Path.Combine(Root, "lists"), ImageCache.None);
        Assert.Equal(
            ["train/a/1.jpg", "train/b/1.png"],
            Datasets.Open(listed with { Path = Root }, Key.FromSeed(1), beside).Value().LabelledNames
        );
    }
}
