using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Data;

public sealed class DatasetsTests
{
    private static readonly Key Seed = Key.FromSeed(7);

    [Fact]
    public void Synthetic_data_have_the_planned_sizes()
    {
        var data = Datasets.Open(Synthetic(), Seed).Value();
        Assert.Equal([60, 3, 16, 16], data.Unlabelled.Pixels().shape);
        Assert.Equal([20, 3, 16, 16], data.Labelled.Pixels().shape);
        Assert.Equal([30, 3, 16, 16], data.Test.Pixels().shape);
        Assert.Equal(ScalarType.Byte, data.Test.Pixels().dtype);
        Assert.Equal(ScalarType.Int64, data.Test.Labels.dtype);
        Assert.Equal(10, data.Classes);
    }

    [Fact]
    public void The_key_decides_the_images()
    {
        var (a, b, c) = (Opened(Seed), Opened(Seed), Opened(Seed.At(1)));
        Assert.Equal(a.Unlabelled.Pixels().Floats(), b.Unlabelled.Pixels().Floats());
        Assert.Equal(a.Labelled.Labels.Floats(), b.Labelled.Labels.Floats());
        Assert.NotEqual(a.Unlabelled.Pixels().Floats(), c.Unlabelled.Pixels().Floats());
    }

    [Fact]
    public void The_labelled_images_are_balanced_and_among_the_unlabelled_ones()
    {
        var data = Datasets.Open(Synthetic(), Seed).Value();
        Assert.All(data.Labelled.Classes().GroupBy(static label => label), static group => Assert.Equal(2, group.Count()));
        var unlabelled = Rows(data.Unlabelled).ToHashSet();
        Assert.All(Rows(data.Labelled), row => Assert.Contains(row, unlabelled));
    }

    [Fact]
    public void Synthetic_classes_can_be_told_apart()
    {
        var data = Datasets.Open(Synthetic() with { Unlabelled = 100, Labels = 100 }, Seed).Value();
        var means = Enumerable.Range(0, 10).Select(label => Colours(data.Labelled, label)).ToList();
        var right = Enumerable
            .Range(0, data.Test.Count)
            .Count(i => Nearest(means, Colour(data.Test.Pixels(), i)) == data.Test.Classes()[i]);
        Assert.True(right > data.Test.Count / 2, $"{right} of {data.Test.Count} by mean colour alone");
    }

    [Fact]
    public void A_data_set_that_is_not_there_is_told_where_to_be()
    {
        var plan = DataPlan.Of(new() { Source = DataSource.Imagenet });
        Assert.Contains("data/imagenet: set data.path", Datasets.Open(plan, Seed).Error(), StringComparison.Ordinal);
    }

    private static ExperimentData Opened(Key key) => Datasets.Open(Synthetic(), key).Value();

    private static DataPlan Synthetic() =>
        DataPlan.Of(new() { Source = DataSource.Synthetic }) with
        {
            Side = 16,
            TrainImages = 100,
            TestImages = 30,
            Unlabelled = 60,
            Labels = 20,
        };

    private static IEnumerable<string> Rows(ImageSet set) =>
        Enumerable.Range(0, set.Count).Select(i => Convert.ToHexString(set.Pixels().select(0, i).contiguous().bytes));

    private static float[] Colour(Tensor images, int i) => images.select(0, i).to(ScalarType.Float32).mean([1, 2]).Floats();

    private static float[] Colours(ImageSet set, int label)
    {
        var members = Enumerable.Range(0, set.Count).Where(i => set.Classes()[i] == label).Select(i => Colour(set.Pixels(), i)).ToList();
        return [.. Enumerable.Range(0, 3).Select(channel => members.Average(colour => colour[channel]))];
    }

    private static int Nearest(List<float[]> means, float[] colour) =>
        Enumerable.Range(0, means.Count).MinBy(label => means[label].Zip(colour, static (a, b) => (a - b) * (a - b)).Sum());

    // Images that are nothing but their own class: none may be told by another one's label, and of a set in the order of its classes a part
    // must not be the first classes alone.
    [Fact]
    public void Few_test_images_are_chosen_from_all_and_keep_their_labels()
    {
        const int Classes = 8;
        var labels = Enumerable.Range(0, 40 * Classes).Select(static i => (long)(i / 40)).ToArray();
        var pixels = tensor(labels).to(ScalarType.Byte).reshape(-1, 1, 1, 1).expand(labels.Length, 1, 2, 2).contiguous();
        var set = new PixelSet(pixels, tensor(labels));
        var data = new ExperimentData(set, set, set, Classes);

        var few = data.WithTest(100, Key.FromSeed(1));
        Assert.Equal(100, few.Test.Count);
        var shown = few.Test.Pixels().to(ScalarType.Float32).mean([1, 2, 3]).Floats();
        Assert.Equal(few.Test.Classes(), shown.Select(static pixel => (long)pixel));
        Assert.Equal(Classes, few.Test.Classes().Distinct().Count());
        Assert.NotEqual(few.Test.Classes(), data.WithTest(100, Key.FromSeed(2)).Test.Classes());
        Assert.Same(set, data.WithTest(labels.Length, Key.FromSeed(1)).Test);
        Assert.Same(set, few.Unlabelled);
    }
}
