using SimClrDsl.Planning;

namespace SimClrDsl.Reading;

/// <summary>Rules about images and labels.</summary>
internal static class DataRules
{
    public static IEnumerable<Violation> Check(DataSpec spec, DataPlan data) =>
        Classes(spec, data)
            .Concat(Image(spec))
            .Concat(Count("data.unlabelled", spec.Unlabelled, data.TrainImages))
            .Concat(Count("data.labels", spec.Labels, data.TrainImages) is { Count: > 0 } broken ? broken : Labels(spec.Labels, data));

    private static IEnumerable<Violation> Classes(DataSpec spec, DataPlan data) =>
        spec is { Source: not DataSource.Synthetic, Classes: not null }
            ? [SpecErrors.ClassesOfSource.Broken("data.classes", Word(spec.Source), data.Classes)]
            : [];

    // Fashion-MNIST is read as it is; ImageNet's photographs are cut to size anyway and random images are made to size.
    private static IEnumerable<Violation> Image(DataSpec spec) =>
        spec is { Source: DataSource.FashionMnist, Image: { } image and not 28 }
            ? [SpecErrors.ImageOfSource.Broken("data.image", image, Word(spec.Source), 28)]
            : [];

    private static Sequence<Violation> Count(string path, Amount amount, int whole)
    {
        Sequence<Violation> Broken(string share, string advice) => [SpecErrors.ImageCount.Broken(path, amount, share, whole, advice)];

        var count = amount.Of(whole);
        return amount.Unit == AmountUnit.Count && count != Math.Floor(count) ? Broken("no whole number", "a whole number")
            : count < 1 ? Broken("not one", "at least 1")
            : count > whole ? Broken("more than all", $"at most {(amount.Unit == AmountUnit.Percent ? "100%" : $"{whole}")}")
            : [];
    }

    private static IEnumerable<Violation> Labels(Amount labels, DataPlan data)
    {
        IEnumerable<Violation> Broken(string advice) => [SpecErrors.BalancedLabels.Broken("data.labels", labels, data.Classes, advice)];

        var below = data.Labels / data.Classes * data.Classes;
        var above = below + data.Classes;
        return data.Classes > data.TrainImages ? Broken($"there are only {data.TrainImages} training images, use fewer classes")
            : data.Labels < data.Classes ? Broken($"use at least {data.Classes}, one of each class")
            : labels.Unit == AmountUnit.Percent || data.Labels == below ? []
            : Broken(above <= data.TrainImages ? $"use {below} or {above}, or a share" : $"use {below}, or a share");
    }

    private static string Word(DataSource source) => RecordShape.KebabCase($"{source}");
}
