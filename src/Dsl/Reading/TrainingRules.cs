using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>A training of an experiment, as its rules see it.</summary>
/// <param name="Path">Where its stage stands in the spec.</param>
/// <param name="Batch">Images a step.</param>
/// <param name="Images">Images that batches are drawn from.</param>
/// <param name="ImagesName">What messages call them.</param>
/// <param name="Epochs">Passes over them.</param>
/// <param name="Optimizer">The stage's optimizer.</param>
internal sealed record Training(string Path, int Batch, int Images, string ImagesName, double Epochs, OptimizerSpec Optimizer)
{
    public const string Unlabelled = "unlabelled images";
    public const string Labelled = "labelled images";

    /// <summary>Images that go through the network at a time; null for all of a step.</summary>
    public int? Microbatch { get; init; }

    /// <summary>Labelled images of a step, where they lie beside the others.</summary>
    public int LabelBatch { get; init; }
}

/// <summary>Rules about every training: whether its batches, microbatches, warm-up and steps fit.</summary>
internal static class TrainingRules
{
    public static IEnumerable<Violation> Check(Training training)
    {
        var path = training.Path;
        // Without any image the count itself is the error.
        if (training.Batch > training.Images && training.Images > 0)
        {
            yield return SpecErrors.BatchSize.Broken($"{path}.batch", training.Batch, training.Images, training.ImagesName);
        }

        foreach (var violation in Microbatches(training))
        {
            yield return violation;
        }

        var optimizers = Given(training.Optimizer).ToArray();
        if (optimizers.Length > 1)
        {
            yield return SpecErrors.OneOptimizer.Broken($"{path}.optimizer", optimizers[0], optimizers[1]);
        }

        if (training.Optimizer.Warmup is { } warmup && warmup.Of(training.Epochs) > training.Epochs)
        {
            yield return SpecErrors.WarmupLength.Broken($"{path}.optimizer.warmup", warmup, training.Epochs);
        }

        var steps = Math.Floor((double)training.Images * training.Epochs / training.Batch) + 1;
        if (steps > int.MaxValue)
        {
            yield return SpecErrors.TooManySteps.Broken($"{path}.epochs", training.Epochs, steps, int.MaxValue);
        }
    }

    private static IEnumerable<string> Given(OptimizerSpec spec) =>
        new (string Name, object? Settings)[] { ("lars", spec.Lars), ("sgd", spec.Sgd), ("adam", spec.Adam) }
            .Where(static optimizer => optimizer.Settings is not null)
            .Select(static optimizer => optimizer.Name);

    // All that a step has falls into so many parts: its images, and the labelled ones beside them.
    private static IEnumerable<Violation> Microbatches(Training training)
    {
        var (batch, labels) = (training.Batch, training.LabelBatch);
        if (training.Microbatch is not { } images || batch == 0 || (batch % images == 0 && labels % (batch / images) == 0))
        {
            return [];
        }

        var fitting = Divisors(batch).Where(n => n >= 2 && labels % (batch / n) == 0).OrderBy(static n => n).ToArray();
        var path = $"{training.Path}.microbatch";
        return batch % images == 0
            ? [SpecErrors.LabelledMicrobatches.Broken(path, images, batch / images, labels, Nearest(images, fitting))]
            : [SpecErrors.Microbatches.Broken(path, images, batch, Nearest(images, fitting))];
    }

    private static IEnumerable<int> Divisors(int number) =>
        Enumerable.Range(1, (int)Math.Sqrt(number)).Where(n => number % n == 0).SelectMany(n => new[] { n, number / n }).Distinct();

    // The next ones below and above; of one image there are no statistics.
    private static string Nearest(int to, int[] choices) =>
        string.Join(" or ", choices.Where(choice => choice < to).Reverse().Take(1).Concat(choices.Where(choice => choice > to).Take(1)));
}
