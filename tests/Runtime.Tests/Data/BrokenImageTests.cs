using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>
/// Broken images among plainly coloured ones: class a is red and class b blue, so the right label of any pixels is known in advance, and
/// neighbours among mean colours are always right.
/// </summary>
public sealed class BrokenImageTests : IDisposable
{
    private const int Side = 96;
    private static readonly Key Seed = Key.FromSeed(1);

    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    private void Put(string path, byte[] bytes)
    {
        var file = temp.File(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
    }

    private static byte[] Colour(int channel) =>
        Pictures.Encode(new(4, 4, [.. Enumerable.Range(0, 48).Select(i => (byte)(i % 3 == channel ? 255 : 0))]));

    // Class a: 4 good images and 8 broken ones; class b: 12 good ones.
    private DataPlan Half(int side = Side, int skip = 8)
    {
        for (var i = 0; i < 12; i++)
        {
            Put(
                $"train/a/{i:d2}.png",
                i % 3 == 0 ? Colour(0)
                    : i % 3 == 1 ? []
                    : Colour(0)[..^20]
            );
            Put($"train/b/{i:d2}.png", Colour(2));
        }

        foreach (var i in Enumerable.Range(0, 3))
        {
            Put($"test/a/{i}.png", Colour(0));
            Put($"test/b/{i}.png", Colour(2));
        }

        return new(
            DataSource.Folder,
            temp.Path,
            side,
            3,
            Classes: 2,
            TrainImages: 24,
            TestImages: 6,
            Unlabelled: 24,
            Labels: 8,
            SkipBroken: skip
        );
    }

    private static ExperimentData Open(DataPlan plan) => Datasets.Open(plan, Seed).Value();

    private static string Fault(DataPlan plan) => Datasets.Open(plan, Seed).Error();

    /// <summary>The classes that the colours of images are those of: 0 for red, 1 for blue.</summary>
    private static long[] Seen(ImageBatch batch) =>
        [.. batch.ForEvaluation(32).mean([2L, 3]).argmax(1).data<long>().Select(static channel => channel / 2)];

    private static void AssertTrueLabels(ImageSet set)
    {
        Assert.Equal(set.Classes(), Seen(set.Batch([.. Enumerable.Range(0, set.Count)], CPU)));
        var batches = Loaders.Labelled(set, batch: 5, Seed, CPU, ScalarType.Float32);
        for (var step = 0; step < 10; step++)
        {
            var batch = batches(step);
            Assert.Equal(batch.Labels.data<long>().ToArray(), Seen(batch.Images));
        }
    }

    [Theory]
    [InlineData(Side)]
    [InlineData(16)]
    public void No_label_ever_meets_the_pixels_of_another_image(int side)
    {
        var data = Open(Half(side));
        Assert.Equal((16, 16, 6), (data.Unlabelled.Count, data.Bank.Count, data.Test.Count));
        Assert.Equal(4, data.Unlabelled.Classes().Count(static label => label == 0));
        Assert.All([data.Unlabelled, data.Bank, data.Labelled, data.Test, data.WithLabels(6).Value().Labelled], AssertTrueLabels);

        Features Of(ImageSet set) => Evaluation.Features(new(static x => x.mean([2L, 3])), set, CPU, ScalarType.Float32);
        Assert.Equal(1, Knn.Measure(Of(data.Bank), Of(data.Test), classes: 2, k: 3, temperature: 0.1).Top1);
    }

    [Fact]
    public void Each_image_left_out_is_named_and_counted()
    {
        var data = Open(Half());
        Assert.Equal(
            ["01", "02", "04", "05", "07", "08", "10", "11"],
            data.Notes.Broken.Select(static image => Path.GetFileNameWithoutExtension(image.Name))
        );
        Assert.StartsWith("train/a/01.png\tempty file\ntrain/a/02.png\t", data.Notes.FileText, StringComparison.Ordinal);
        Assert.Equal("8 broken training images left out", data.Notes.Remark);
        Assert.StartsWith(
            "8 of 24 training images are broken and left out: train/a/01.png (empty file), ",
            data.Notes.Lines[0],
            StringComparison.Ordinal
        );
        Assert.Equal("data.unlabelled: 16 images in place of 24, since broken ones are left out", data.Notes.Lines[1]);
    }

    [Fact]
    public void More_than_the_limit_are_an_error_that_counts_them() =>
        Assert.StartsWith(
            $"8 images cannot be used: {temp.Path}/train/a/01.png (empty file), ",
            Fault(Half(skip: 7)),
            StringComparison.Ordinal
        );

    [Fact]
    public void Labels_of_all_images_name_the_broken_ones_as_the_cause()
    {
        var data = Open(Half() with { Labels = 24 });
        Assert.Equal((16, 4), (data.Labelled.Count, data.Labelled.Classes().Count(static label => label == 0)));
        Assert.Contains(
            "data.labels: 16 labelled images in place of 24, since 8 training images are broken and left out ('data.skip_broken')",
            data.Notes.Lines
        );
        Assert.Contains("data.labels: classes give unequal numbers of labelled images: a 4, b 12", data.Notes.Lines);
        Assert.Equal(
            "data.labels asks for 25 labelled images, but only 16 of the training images have a label, besides 8 "
                + "broken ones that are left out.",
            Fault(Half() with { Labels = 25 })
        );
    }

    [Fact]
    public void Every_image_broken_is_an_error_at_once()
    {
        var plan = Half(skip: 24);
        foreach (var i in Enumerable.Range(0, 12))
        {
            Put($"train/a/{i:d2}.png", []);
            Put($"train/b/{i:d2}.png", []);
        }

        Assert.Equal($"{temp.Path}: none of the 24 training images can be used, all are broken: replace them.", Fault(plan));

        // Nor do images without a label stand in for those of a class.
        Put("unlabelled/x.png", Colour(1));
        Assert.Equal(
            $"{temp.Path}: none of the 12 training images of class 'a' can be used, all are broken: replace them.",
            Fault(plan with { TrainImages = 25, SkipBroken = 24 })
        );
    }

    [Fact]
    public void A_listed_image_that_is_broken_is_left_out_of_the_list()
    {
        var plan = Half() with { LabelList = "list.txt", Labels = 4 };
        File.WriteAllText(temp.File("list.txt"), "a/00.png\na/01.png\nb/03.png\nb/00.png\n");
        var data = Open(plan);
        Assert.Equal(["train/a/00.png", "train/b/00.png", "train/b/03.png"], data.LabelledNames);
        AssertTrueLabels(data.Labelled);
        Assert.Contains("data.label_list: 3 labelled images in place of 4, since the others are broken and left out", data.Notes.Lines);
        File.WriteAllText(temp.File("list.txt"), "a/01.png\na/02.png\n");
        Assert.Contains("every image that data.label_list names is broken", Fault(plan with { Labels = 2 }), StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_breaks_after_it_was_checked_is_an_error_that_names_it()
    {
        var set = Open(Half()).Unlabelled;
        Put("train/b/05.png", []);
        var position = 4 + 5;
        var error = Assert.Throws<InputException>(() => set.Batch([0, position], CPU).ForEvaluation(32));
        Assert.Equal(
            $"{temp.Path}/train/b/05.png cannot be used (empty file): it has changed since the data set was opened; mend it and run again.",
            error.Message
        );
    }

    [Fact]
    public void The_names_of_labelled_images_are_those_of_their_pixels()
    {
        var data = Open(Half());
        Assert.Equal(8, data.LabelledNames.Count);
        Assert.Equal(
            data.Labelled.Classes(),
            data.LabelledNames.Select(static name => name.StartsWith("train/a/", StringComparison.Ordinal) ? 0L : 1)
        );
        Assert.DoesNotContain(data.LabelledNames, name => data.Notes.Broken.Any(image => image.Name == name));

        // They can be read again as a label list.
        File.WriteAllLines(temp.File("again.txt"), data.LabelledNames);
        Assert.Equal(data.LabelledNames, Open(Half() with { LabelList = "again.txt" }).LabelledNames);
    }

    [Fact]
    public void A_class_with_too_few_images_is_said_with_the_counts()
    {
        var plan = Half();
        foreach (var i in Enumerable.Range(2, 10))
        {
            File.Delete(temp.File($"train/a/{i:d2}.png"));
        }

        Put("train/a/01.png", Colour(0));
        var data = Open(plan with { TrainImages = 14, Unlabelled = 14, SkipBroken = 0 });
        Assert.Equal("data.labels: classes give unequal numbers of labelled images: a 2, b 6", Assert.Single(data.Notes.Lines));
        Assert.Empty(Open(plan with { TrainImages = 14, Unlabelled = 14, Labels = 4 }).Notes.Lines);
        Assert.Contains(
            "evaluate.supervised.labels: classes give unequal numbers of labelled images: a 2, b 8",
            data.WithLabels(10).Value().Notes.Lines
        );
    }

    [Fact]
    public void A_thousand_other_files_of_a_kind_are_named_and_the_rest_counted()
    {
        var others = Enumerable.Range(0, 1003).Select(static i => new LeftOut($"{i}.json", ".json member"));
        var lines = (DataNotes.None with { PassedOver = [.. others, new("x.bmp", ".bmp file")] }).FileText.Split('\n');
        Assert.Equal(("999.json\t.json member", "and 3 more\t.json member", "x.bmp\t.bmp file"), (lines[999], lines[1000], lines[1001]));
    }

    // What to write is the number of labels in the folder, whatever is broken or drawn.
    [Fact]
    public void The_number_of_labels_to_write_does_not_depend_on_broken_images()
    {
        var plan = Half(skip: 10) with { TrainImages = 27 };
        Put("unlabelled/1.png", Colour(1));
        Put("unlabelled/2.png", []);
        Put("unlabelled/3.png", []);
        Assert.Equal(24, Open(plan).TrainLabels);
        Assert.Equal(16, Open(plan with { TrainLabels = 24 }).Bank.Count);
        Assert.EndsWith("planned for 23: write train_labels: 24.", Fault(plan with { TrainLabels = 23 }), StringComparison.Ordinal);
    }

    [Fact]
    public void One_image_left_out_is_counted_in_the_singular()
    {
        var plan = Half();
        foreach (var i in Enumerable.Range(2, 10))
        {
            File.Delete(temp.File($"train/a/{i:d2}.png"));
        }

        var notes = Open(plan with { TrainImages = 14, Unlabelled = 13, Labels = 2 }).Notes;
        Assert.Equal("1 broken training image left out", notes.Remark);
        Assert.Equal("1 of 14 training images is broken and left out: train/a/01.png (empty file)", Assert.Single(notes.Lines));
    }
}
