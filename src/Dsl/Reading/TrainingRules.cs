using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>What the rules need to know about a stage that trains.</summary>
/// <param name="Path">The stage's dotted key in the spec.</param>
/// <param name="Batch">Images per step.</param>
/// <param name="Images">Number of images that batches are drawn from.</param>
/// <param name="ImagesName">What messages call these images.</param>
/// <param name="Epochs">Passes over these images.</param>
/// <param name="Optimizer">The stage's optimizer.</param>
internal sealed record Training(string Path, int Batch, int Images, string ImagesName, double Epochs, OptimizerSpec Optimizer)
{
    public const string Unlabelled = "unlabelled images";
    public const string Labelled = "labelled images";

    /// <summary>Images that go through the network at a time; null for the whole batch.</summary>
    public int? Microbatch { get; init; }

    /// <summary>Labelled images per step in addition to the batch; 0 for none.</summary>
    public int LabelBatch { get; init; }

    /// <summary>The smallest batch that the stage can use: batch norms and contrasts need two images.</summary>
    public int SmallestBatch { get; init; } = 2;
}

/// <summary>Rules that every stage that trains must keep, about batch, microbatch, optimizer, warm-up and steps.</summary>
internal static class TrainingRules
{
    public static IEnumerable<Violation> Check(Training training)
    {
        var path = training.Path;
        // If there is no image at all, another rule reports the number of images.
        var tooFew = training.Images < training.SmallestBatch;
        if (training.Images > 0 && (tooFew || training.Batch > training.Images))
        {
            var advice = tooFew ? $"a batch has at least {training.SmallestBatch}, so add images" : $"use at most {training.Images}";
            yield return SpecErrors.BatchSize.Broken($"{path}.batch", training.Batch, training.Images, training.ImagesName, advice);
        }

        foreach (var violation in Microbatches(training))
        {
            yield return violation;
        }

        var optimizers = GivenOptimizers(training.Optimizer).ToArray();
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

    private static IEnumerable<string> GivenOptimizers(OptimizerSpec spec) =>
        new (string Name, object? Settings)[] { ("lars", spec.Lars), ("sgd", spec.Sgd), ("adam", spec.Adam) }
            .Where(static optimizer => optimizer.Settings is not null)
            .Select(static optimizer => optimizer.Name);

    // The images of a step must divide into whole microbatches, and its labelled images into as many parts.
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

    // The next valid sizes below and above. A microbatch of one image is not valid, because it has no batch statistics.
    private static string Nearest(int to, int[] choices) =>
        string.Join(" or ", choices.Where(choice => choice < to).Reverse().Take(1).Concat(choices.Where(choice => choice > to).Take(1)));
}
