namespace SimClrDsl.Cli.Pages;

/// <summary>How often images of each class were taken for each class.</summary>
/// <param name="Classes">Names of the classes, by index.</param>
/// <param name="Counts">For each true class, the number of its images by the class that the network gave them.</param>
internal sealed record Confusion(IReadOnlyList<string> Classes, IReadOnlyList<IReadOnlyList<int>> Counts)
{
    /// <summary>Counts the images.</summary>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="labels">True class of each image.</param>
    /// <param name="predicted">Class of each image by the network.</param>
    public static Confusion Of(IReadOnlyList<string> classes, IReadOnlyList<long> labels, IReadOnlyList<long> predicted)
    {
        var counts = classes.Select(_ => new int[classes.Count]).ToArray();
        foreach (var (label, given) in labels.Zip(predicted))
        {
            counts[label][given]++;
        }

        return new(classes, counts);
    }

    /// <summary>Number of images.</summary>
    public int Images => Counts.Sum(static row => row.Sum());

    /// <summary>Number of images whose class is right.</summary>
    public int Right => Enumerable.Range(0, Classes.Count).Sum(label => Counts[label][label]);

    /// <summary>Number of images that were taken for a class.</summary>
    public int Given(int label) => Counts.Sum(row => row[label]);

    /// <summary>The pairs of different classes that were confused, the most frequent first.</summary>
    public IEnumerable<(int Label, int Given, int Count)> Mistakes =>
        from label in Enumerable.Range(0, Classes.Count)
        from given in Enumerable.Range(0, Classes.Count)
        where label != given && Counts[label][given] > 0
        orderby Counts[label][given] descending
        select (label, given, Counts[label][given]);
}

/// <summary>A test image that the network gave a wrong class.</summary>
/// <param name="Png">The image as the network saw it, as a PNG file.</param>
/// <param name="Label">Its true class.</param>
/// <param name="Given">The class it was given.</param>
/// <param name="Probability">Probability that the network gave to that class.</param>
internal sealed record Mistake(byte[] Png, string Label, string Given, double Probability);

/// <summary>The test images of a run under the network that classifies.</summary>
/// <param name="Network">Which network it is, and why.</param>
/// <param name="Confusion">How often classes were confused.</param>
/// <param name="Worst">The mistakes that the network was surest of, the surest first.</param>
/// <param name="Note">What the reader must know about these images; empty if they are those that the run measured on.</param>
internal sealed record TestedNetwork(string Network, Confusion Confusion, IReadOnlyList<Mistake> Worst, string Note);

/// <summary>The tested network of a run, or the reason why there is none.</summary>
internal sealed record TestOutcome(TestedNetwork? Tested, string? Missing);
