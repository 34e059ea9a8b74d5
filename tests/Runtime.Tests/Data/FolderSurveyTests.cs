using LanguageExt;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tests.Images;

namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>What is found in a folder of images before there is a spec for it.</summary>
public sealed class FolderSurveyTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    private FolderSurveyTests With(params string[] paths)
    {
        foreach (var path in paths)
        {
            var file = Path.Combine(temp.Path, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, PictureTests.File(path.EndsWith("jpg", StringComparison.Ordinal) ? "blocks.jpg" : "colour.png"));
        }

        return this;
    }

    private Either<InputError, FolderSurvey> Look() => FolderSurvey.Of(temp.Path, DataPlace.Anywhere);

    [Fact]
    public void Classes_counts_sizes_and_what_is_broken_or_passed_over_are_found()
    {
        With("train/a/1.jpg", "train/a/2.png", "train/a/3.png", "train/b/1.png", "test/a/1.png", "test/b/1.png", "test/b/2.png");
        With("unlabelled/u.png", "train/b/x.gif", "train/.hidden.png");
        File.WriteAllBytes(temp.File("train/a/3.png"), []);
        File.WriteAllBytes(temp.File("test/b/2.png"), []);
        var survey = Look().Value();
        Assert.Equal([new("a", 3, 1), new("b", 1, 2)], survey.Counts.Classes);
        Assert.Equal([new("a", 2, 1), new("b", 1, 2)], survey.UsableClasses);
        Assert.Equal((5, 4, 3, false), (survey.Counts.TrainImages, survey.Counts.TrainLabels, survey.Counts.TestImages, survey.IsPlain));
        Assert.Equal([17, 17, 17, 118], survey.Sides);
        Assert.Equal("train/a/3.png", Assert.Single(survey.Broken).Name);
        Assert.Equal("test/b/2.png", Assert.Single(survey.BrokenTest).Name);
        Assert.Equal("1 hidden entry, 1 .gif file", survey.PassedOverInWords);
    }

    [Fact]
    public void A_folder_may_hold_its_classes_itself()
    {
        With("cat/1.png", "cat/2.png", "dog/deep/1.png", "loose.png", "runs/one/plan.txt");
        var survey = Look().Value();
        Assert.True(survey.IsPlain);
        Assert.Equal([new("cat", 2, 0), new("dog", 1, 0)], survey.Counts.Classes);
        Assert.Equal(["loose.png", "runs"], survey.PassedOver.Select(static file => file.Name).Order());
    }

    [Fact]
    public void A_folder_of_images_alone_has_no_labels()
    {
        With("1.png", "2.jpg");
        var survey = Look().Value();
        Assert.Empty(survey.Counts.Classes);
        Assert.Equal((2, 0, 0), (survey.Counts.TrainImages, survey.Counts.TrainLabels, survey.Counts.TestImages));
        Assert.Equal([17, 118], survey.Sides);
    }

    [Fact]
    public void A_folder_without_anything_to_use_says_so()
    {
        Assert.Contains("has no image", Look().Error(), StringComparison.Ordinal);
        With("train/a/1.png", "train/b/1.png");
        File.WriteAllBytes(temp.File("train/a/1.png"), []);
        File.WriteAllBytes(temp.File("train/b/1.png"), []);
        Assert.Contains("none of the 2 training images can be used", Look().Error(), StringComparison.Ordinal);
    }

    [Fact]
    public void Counting_reads_no_image()
    {
        With("train/a/1.png", "train/b/1.png", "val/a/1.png", "val/b/1.png");
        File.WriteAllBytes(temp.File("train/a/1.png"), []);
        var counts = FolderCounts.Of(temp.Path, withClasses: true).Value();
        Assert.Equal((2, 2, 2, 2), (counts.Classes.Count, counts.TrainImages, counts.TrainLabels, counts.TestImages));
        Assert.Empty(FolderCounts.Of(temp.Path, withClasses: false).Value().Classes);
    }
}
