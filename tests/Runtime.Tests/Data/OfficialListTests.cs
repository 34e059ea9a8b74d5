using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Images;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>Which images have labels: by an official list where the folder has it, else by a seed, and it is said which.</summary>
public sealed class OfficialListTests : IDisposable
{
    private readonly TempFolder temp = new();

    public OfficialListTests()
    {
        string[] files =
        [
            .. Enumerable.Range(0, 8).SelectMany(static i => (string[])[$"train/a/a{i}.png", $"train/b/b{i}.png"]),
            "test/a/x.png",
            "test/b/y.png",
        ];
        foreach (var file in files)
        {
            Write(file, PictureTests.File("colour.png"));
        }
    }

    public void Dispose() => temp.Dispose();

    private void Write(string path, byte[] bytes)
    {
        var file = Path.Combine(temp.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
    }

    private DataPlan Plan { get; } =
        new(DataSource.Folder, Path: null, Side: 16, Channels: 3, Classes: 2, TrainImages: 16, TestImages: 2, Unlabelled: 16, Labels: 2);

    private ExperimentData Open(DataPlan plan) => Datasets.Open(plan with { Path = temp.Path }, Key.FromSeed(1)).Value();

    // Positions by path: a0 … a7, then b0 … b7. Twelve draws of one image a class agree with the list by chance once in 64^12.
    [Theory]
    [InlineData("1percent.txt")]
    [InlineData("imagenet_subsets/1percent.txt")]
    public void The_list_of_the_folder_chooses_the_labelled_images(string path)
    {
        Write(path, "b3.png\na5.png\n"u8.ToArray());
        for (var seed = 1; seed <= 12; seed++)
        {
            var data = Datasets.Open(Plan with { Path = temp.Path, OfficialList = "1percent.txt" }, Key.FromSeed(seed)).Value();
            Assert.Equal([0L, 1], data.Labelled.Classes());
            Assert.Equal(" (official list 1percent.txt)", data.LabelChoiceInWords);
        }
    }

    [Fact]
    public void Without_a_list_the_seed_chooses_and_that_is_said()
    {
        var data = Open(Plan with { OfficialList = "1percent.txt" });
        Assert.Equal($"own draw, since {temp.Path} has no 1percent.txt", data.LabelChoice);
        Assert.Equal(2, data.Labelled.Count);
        // Labels of a stage's own are always drawn.
        Assert.Null(data.WithLabels(4).Value().LabelChoice);
        Assert.Null(Open(Plan).LabelChoice);
    }

    [Fact]
    public void A_list_of_another_number_of_images_is_refused()
    {
        Write("1percent.txt", "b3.png\n"u8.ToArray());
        Assert.EndsWith(
            "1percent.txt names 1 images, but the experiment is planned for 2: write labels: 1.",
            Datasets.Open(Plan with { Path = temp.Path, OfficialList = "1percent.txt" }, Key.FromSeed(1)).Error(),
            StringComparison.Ordinal
        );
    }

    // Random images differ from each other, so that their pixels say which were chosen.
    [Fact]
    public void A_seed_of_the_labels_chooses_other_labelled_images_and_the_same_unlabelled_ones()
    {
        var plan = new DataPlan(DataSource.Synthetic, null, 8, 3, 2, TrainImages: 64, TestImages: 4, Unlabelled: 32, Labels: 4);
        float[] Pixels(ImageSet set) => ((PixelSet)set).Images.to(ScalarType.Float32).Floats();
        ExperimentData Drawn(int? seed) => Datasets.Open(plan with { LabelSeed = seed }, Key.FromSeed(1).At("data")).Value();
        var draws = Enumerable.Range(2, 5).Select(seed => Drawn(seed)).ToList();
        Assert.Equal(5, draws.Select(data => string.Join(' ', Pixels(data.Labelled))).Distinct().Count());
        Assert.All(draws, data => Assert.Equal(Pixels(Drawn(null).Unlabelled), Pixels(data.Unlabelled)));
        Assert.All(
            draws,
            static data => Assert.Equal([2, 2], data.Labelled.Classes().GroupBy(static label => label).Select(static same => same.Count()))
        );
        // The experiment's own seed, said or not, is one draw.
        Assert.Equal(Pixels(Drawn(null).Labelled), Pixels(Drawn(1).Labelled));
        Assert.Equal(Pixels(Drawn(3).Labelled), Pixels(Drawn(3).Labelled));
    }
}
