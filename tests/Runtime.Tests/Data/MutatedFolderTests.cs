using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>
/// Two hundred data folders as they lie on real disks, opened and compared with a slow reference that reads them with PIL: which images are
/// taken, which are left out, and the label and the pixels of each, wherever a stage meets them.
/// </summary>
public sealed class MutatedFolderTests(MutatedFolders folders) : IClassFixture<MutatedFolders>
{
    /// <summary>Numbers of the folders.</summary>
    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, MutatedFolders.OfFiles + MutatedFolders.OfShards)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_folder_holds_what_the_reference_finds_or_is_refused_in_words(int number)
    {
        using var scope = NewDisposeScope();
        var folder = folders.Cases[number];
        if (folder.Refused is { } words)
        {
            var why = Open(folder).Error();
            Assert.True(words.Any(word => why.Contains(word, StringComparison.Ordinal)), $"{folder}: {why}");
            Assert.DoesNotContain(why, char.IsControl);
            return;
        }

        var data = Open(folder).Value();
        AssertNotes(folder, data.Notes);
        Assert.Equal(Labels(folder.Train), data.Unlabelled.Classes());
        Assert.Equal(Labels(folder.Test), data.Test.Classes());
        var views = folders.Views(folder);
        var (train, test) = (views[..(2 * folder.Train.Length)], views[(2 * folder.Train.Length)..]);
        AssertViews(folder, data.Unlabelled, folder.Train, train);
        AssertViews(folder, data.Test, folder.Test, test);
        AssertLabelled(folder, data, train);
    }

    private static Either<InputError, ExperimentData> Open(MutatedFolder folder) =>
        Datasets.Open(
            new DataPlan(
                folder.Source == "shards" ? DataSource.Shards : DataSource.Folder,
                folder.Folder,
                folder.Side,
                Channels: 3,
                folder.Classes,
                folder.TrainImages,
                folder.TestImages,
                Unlabelled: folder.TrainImages,
                folder.Labels,
                folder.SkipBroken,
                folder.LabelList,
                TrainLabels: folder.TrainLabels
            ),
            Key.FromSeed(folder.Number)
        );

    private static void AssertNotes(MutatedFolder folder, DataNotes notes)
    {
        AssertNames(folder.Broken, notes.Broken);
        AssertNames(folder.WithoutClass, notes.WithoutClass);
        AssertNames(folder.PassedOver, notes.PassedOver);
        // A name may hold what ends a line; the record of the run still has a line for each.
        var lines = notes.FileText.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(folder.Broken.Length + folder.WithoutClass.Length + folder.PassedOver.Length, lines.Length);
        Assert.All(lines, static line => Assert.Equal(2, line.Split('\t').Length));
        Assert.All(notes.Lines, static line => Assert.DoesNotContain(line, char.IsControl));
    }

    private static void AssertNames(IEnumerable<string> expected, IEnumerable<LeftOut> found) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Select(static file => file.Name).Order(StringComparer.Ordinal));

    // Every image of a set as training and evaluation see it.
    private static void AssertViews(MutatedFolder folder, ImageSet set, NamedLabel[] names, float[][] views)
    {
        var all = Enumerable.Range(0, set.Count).ToArray();
        var whole = set.Batch(all, CPU).RandomCrop(Key.FromSeed(1), folder.Side, from: 1, to: 1, flip: 0);
        var mirrored = set.Batch(all, CPU).RandomCrop(Key.FromSeed(1), folder.Side, from: 1, to: 1, flip: 1);
        var evaluated = set.Batch(all, CPU).ForEvaluation(folder.Side);
        Assert.Equal(whole.flip(3).Floats(), mirrored.Floats());
        for (var i = 0; i < set.Count; i++)
        {
            AssertClose(folder, $"{names[i].Name} in training", views[2 * i], whole[i]);
            AssertClose(
                folder,
                $"{names[i].Name} in evaluation",
                [.. views[(2 * i) + 1].Select(static value => Math.Clamp(value, 0, 255))],
                evaluated[i]
            );
        }
    }

    // The labelled images are among the training images, each with its own label and pixels, in equal numbers as far as classes have them.
    private static void AssertLabelled(MutatedFolder folder, ExperimentData data, float[][] views)
    {
        var places = Enumerable.Range(0, folder.Train.Length).ToDictionary(i => folder.Train[i].Name);
        var chosen = data.LabelledNames.Select(name => places[name]).ToArray();
        Assert.Equal(chosen.Length, chosen.Distinct().Count());
        Assert.Equal(chosen.Select(i => folder.Train[i].Label), data.Labelled.Classes());
        Assert.DoesNotContain(-1, data.Labelled.Classes());
        if (folder.Listed is { } listed)
        {
            Assert.Equal(listed.Order(StringComparer.Ordinal), data.LabelledNames.Order(StringComparer.Ordinal));
        }
        else
        {
            var known = folder.Train.Count(static image => image.Label >= 0);
            Assert.Equal(Math.Min(folder.Labels, known), chosen.Length);
            AssertBalanced(folder, data.Labelled.Classes());
        }

        AssertViews(
            folder,
            data.Labelled,
            [.. chosen.Select(i => folder.Train[i])],
            [.. chosen.SelectMany(i => views[(2 * i)..(2 * i + 2)])]
        );
        AssertBank(folder, data, views);
    }

    // A class has fewer labelled images than another only where it has no more.
    private static void AssertBalanced(MutatedFolder folder, long[] labelled)
    {
        var counts = Enumerable.Range(0, folder.Classes).Select(label => labelled.Count(other => other == label)).ToArray();
        for (var label = 0; label < folder.Classes; label++)
        {
            var all = folder.Train.Count(image => image.Label == label);
            Assert.True(counts[label] >= counts.Max() - 1 || counts[label] == all, $"{folder}: {string.Join(", ", counts)}");
        }
    }

    private static void AssertBank(MutatedFolder folder, ExperimentData data, float[][] views)
    {
        var known = Enumerable.Range(0, folder.Train.Length).Where(i => folder.Train[i].Label >= 0).ToArray();
        Assert.Equal(known.Select(i => folder.Train[i].Label), data.Bank.Classes());
        var evaluated = data.Bank.Batch([.. Enumerable.Range(0, known.Length)], CPU).ForEvaluation(folder.Side);
        for (var i = 0; i < known.Length; i++)
        {
            var view = views[(2 * known[i]) + 1];
            AssertClose(
                folder,
                $"{folder.Train[known[i]].Name} in the bank",
                [.. view.Select(static value => Math.Clamp(value, 0, 255))],
                evaluated[i]
            );
        }
    }

    private static void AssertClose(MutatedFolder folder, string what, float[] expected, Tensor found)
    {
        var differences = found.contiguous().Floats().Zip(expected, static (one, other) => Math.Abs((255 * one) - other)).ToArray();
        var (most, mean) = (differences.Max(), differences.Average());
        // Images in memory are rounded to bytes; a JPEG file of which a view needs less than half the pixels is decoded smaller.
        var (allowed, allowedMean) = folder.Side <= 64 ? (1.6, 0.6) : (8, 1.5);
        Assert.True(most <= allowed && mean <= allowedMean, $"{folder}: {what}: up to {most:f2} levels, {mean:f2} on average");
    }

    private static long[] Labels(NamedLabel[] images) => [.. images.Select(static image => image.Label)];
}
