using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Tests.Data;

public sealed class LabelSubsetTests
{
    private static readonly Key Seed = Key.FromSeed(3);
    private static readonly long[] Labels = [.. Enumerable.Range(0, 200).Select(static i => i % 5L)];

    [Theory]
    [InlineData(5)]
    [InlineData(50)]
    [InlineData(200)]
    public void Every_class_gives_the_same_number(int count) =>
        Assert.All(Counts(LabelSubset.Balanced(Labels, 5, count, Seed)), found => Assert.Equal(count / 5, found));

    [Theory]
    [InlineData(3)]
    [InlineData(52)]
    [InlineData(199)]
    public void A_remainder_is_spread_over_the_classes(int count)
    {
        var counts = Counts(LabelSubset.Balanced(Labels, 5, count, Seed));
        Assert.Equal(count, counts.Sum());
        Assert.True(counts.Max() - counts.Min() <= 1);
    }

    [Fact]
    public void Positions_ascend_and_repeat_with_the_key()
    {
        var subset = LabelSubset.Balanced(Labels, 5, 50, Seed);
        Assert.Equal(subset.Order().Distinct(), subset);
        Assert.Equal(subset, LabelSubset.Balanced(Labels, 5, 50, Seed));
        Assert.NotEqual(subset, LabelSubset.Balanced(Labels, 5, 50, Seed.At(1)));
    }

    [Fact]
    public void Smaller_subsets_are_parts_of_larger_ones() =>
        Assert.Subset(LabelSubset.Balanced(Labels, 5, 52, Seed).ToHashSet(), LabelSubset.Balanced(Labels, 5, 13, Seed).ToHashSet());

    [Fact]
    public void Preferred_images_come_first_and_others_fill_up()
    {
        // 30 images of class 0 and two of each other class.
        int[] prefer = [.. Enumerable.Range(0, 30).Select(static i => 5 * i), 1, 2, 3, 4, 6, 7, 8, 9];
        var two = LabelSubset.Balanced(Labels, 5, 10, Seed, prefer);
        Assert.Subset(prefer.ToHashSet(), two.ToHashSet());
        var three = LabelSubset.Balanced(Labels, 5, 15, Seed, prefer);
        Assert.All(Counts(three), static found => Assert.Equal(3, found));
        Assert.Subset(three.ToHashSet(), new HashSet<int> { 1, 2, 3, 4, 6, 7, 8, 9 });
    }

    [Fact]
    public void A_class_that_runs_out_is_made_up_for_by_others()
    {
        long[] labels = [0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2];
        var counts = LabelSubset.Balanced(labels, 3, 9, Seed).CountBy(i => labels[i]).ToDictionary();
        Assert.Equal(1, counts[1]);
        Assert.Equal(4, counts[0]);
        Assert.Equal(4, counts[2]);
    }

    [Fact]
    public void More_images_than_there_are_is_the_callers_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(static () => LabelSubset.Balanced(Labels, 5, 201, Seed));

    private static int[] Counts(int[] subset) =>
        [.. Enumerable.Range(0, 5).Select(label => subset.Count(position => Labels[position] == label))];
}
