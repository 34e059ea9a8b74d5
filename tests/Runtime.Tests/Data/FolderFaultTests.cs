namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>Folders of picture files that are not what the experiment is planned for.</summary>
public sealed class FolderFaultTests : PictureFolder
{
    [Fact]
    public void A_folder_that_is_not_there_is_named() =>
        Assert.Contains("there is no folder", Fault(Plan() with { Path = Path.Combine(Root, "none") }), StringComparison.Ordinal);

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
        Directory.CreateDirectory(Path.Combine(Root, "train", "c"));
        Directory.CreateDirectory(Path.Combine(Root, "test", "c"));
        Assert.Contains($"{Path.Combine(Root, "train", "c")} holds no image", Fault(Plan()), StringComparison.Ordinal);
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
            $"an image cannot be used: {Path.Combine(Root, "train", "b", "2.jpg")} (empty file)",
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
            $"{Root} has 2 classes and 3 train images and 2 test images, but the experiment is planned for 3 and 9 and 8: "
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
    public void A_class_of_other_files_alone_says_what_it_holds()
    {
        TwoClasses().With("train/c/1.gif", "train/c/2.gif", "test/c/1.gif");
        Assert.EndsWith(
            "holds no image (.jpg, .jpeg, .jpe, .jfif, .png, .webp, .bmp) but 2 .gif files: put some there, or remove the folder.",
            Fault(Plan(classes: 3)),
            StringComparison.Ordinal
        );
    }
}
