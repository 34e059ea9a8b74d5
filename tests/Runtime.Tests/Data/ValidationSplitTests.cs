using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>Images that are held out.</summary>
public sealed class ValidationSplitTests
{
    private static readonly Key Seed = Key.FromSeed(7);

    // 100 training images of 10 classes, 30 of them held out, 20 test images.
    private static DataPlan Plan(int validation = 30, EvaluateOn on = EvaluateOn.Test) =>
        new(
            DataSource.Synthetic,
            Path: null,
            Side: 8,
            Channels: 3,
            Classes: 10,
            TrainImages: 100,
            TestImages: 20,
            Unlabelled: 100 - validation,
            Labels: 20,
            Validation: validation,
            On: on
        );

    [Fact]
    public void No_stage_and_no_bank_sees_the_images_held_out()
    {
        var data = Datasets.Open(Plan(), Seed).Value();
        var held = Rows(data.Validation!).ToHashSet();
        Assert.Equal((70, 70, 20, 30), (data.Unlabelled.Count, data.Bank.Count, data.Labelled.Count, held.Count));
        Assert.Empty(held.Intersect(Rows(data.Unlabelled).Concat(Rows(data.Bank)).Concat(Rows(data.Labelled)).Concat(Rows(data.Test))));
        Assert.Empty(held.Intersect(Rows(data.WithLabels(70).Value().Labelled)));
        var whole = Datasets.Open(Plan(validation: 0), Seed).Value();
        Assert.Equal(Rows(whole.Unlabelled).Order(), held.Concat(Rows(data.Unlabelled)).Order());
        Assert.Equal(Rows(whole.Test), Rows(data.Test));
        Assert.Null(whole.Validation);
    }

    [Fact]
    public void Images_held_out_are_balanced_chosen_by_the_seed_and_keep_their_labels()
    {
        var data = Datasets.Open(Plan(), Seed).Value();
        Assert.All(Enumerable.Range(0, 10), label => Assert.Equal(3, data.Validation!.Classes().Count(given => given == label)));
        Assert.Equal(Rows(data.Validation!), Rows(Datasets.Open(Plan(), Seed).Value().Validation!));

        var whole = Datasets.Open(Plan(validation: 0), Seed).Value().Unlabelled;
        var labels = Rows(whole).Zip(whole.Classes()).ToDictionary(static pair => pair.Item1, static pair => pair.Item2);
        foreach (var set in new[] { data.Validation!, data.Unlabelled, data.Labelled })
        {
            Assert.Equal(Rows(set).Select(row => labels[row]), set.Classes());
        }

        var free = whole.Classes();
        Assert.NotEqual(
            ValidationSplit.Positions(free, 10, 30, [], Key.FromSeed(1)).Value(),
            ValidationSplit.Positions(free, 10, 30, [], Key.FromSeed(2)).Value()
        );
    }

    // To choose a recipe: no test image is within reach of any stage.
    [Fact]
    public void Results_may_be_measured_on_the_images_held_out_and_then_say_so()
    {
        var (data, usual) = (Datasets.Open(Plan(on: EvaluateOn.Validation), Seed).Value(), Datasets.Open(Plan(), Seed).Value());
        Assert.Equal(Rows(usual.Validation!), Rows(data.Test));
        Assert.Equal(Rows(usual.Unlabelled), Rows(data.Unlabelled));
        Assert.Equal(["measured on 30 validation images"], data.Remarks);
        Assert.Empty(usual.Remarks);
    }

    // Images that a list names are there to learn from, and images without a label are no use here.
    [Fact]
    public void Listed_images_and_those_without_a_label_are_not_held_out()
    {
        long[] labels = [0, 1, 0, 1, -1, 0, 1, -1, 0, 1];
        Assert.Equal([2, 3, 5, 6], ValidationSplit.Positions(labels, 2, 4, kept: [0, 1, 8, 9], Seed).Value());
        Assert.All(
            Enumerable.Range(0, 20),
            seed => Assert.DoesNotContain(ValidationSplit.Positions(labels, 2, 6, [], Key.FromSeed(seed)).Value(), i => labels[i] < 0)
        );
    }

    [Fact]
    public void A_class_keeps_an_image_to_learn_from()
    {
        long[] labels = [0, 0, 0, 0, 1, 1];
        Assert.Equal(2, ValidationSplit.Positions(labels, 2, 2, [], Seed).Value().Length);
        var error = ValidationSplit.Positions(labels, 2, 4, [], Seed).Error();
        Assert.Equal(
            "data.validation holds out 4 images, 2 of each class, but class 1 has only 2 to choose from, of which 1 "
                + "must stay for training: use at most 2.",
            error
        );
    }

    [Fact]
    public void A_class_too_small_to_hold_any_out_is_named()
    {
        long[] labels = [0, 0, 0, 0, 1];
        var error = ValidationSplit.Positions(labels, 2, 2, [], Seed, ["cat", "dog"]).Error();
        Assert.Equal(
            "data.validation holds out 2 images, 1 of each class, but class 'dog' has only 1 to choose from, of which 1 "
                + "must stay for training: remove the key, or add images of this class.",
            error
        );
    }

    // A label list keeps its images, and the others of a class may all be held out.
    [Theory]
    [InlineData(new[] { 0, 4 }, "class 1 has none to choose from: remove the key, or add images of this class.")]
    [InlineData(new[] { 0 }, "class 1 has only 1 to choose from: use at most 2.")]
    public void Beside_a_label_list_no_image_has_to_stay(int[] listed, string why)
    {
        long[] labels = [0, 0, 0, 0, 1];
        Assert.EndsWith(why, ValidationSplit.Positions(labels, 2, 4, listed, Seed).Error(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Rows(ImageSet set) =>
        set.Pixels().Floats().Chunk(3 * 8 * 8).Select(static pixels => string.Join(' ', pixels));
}
