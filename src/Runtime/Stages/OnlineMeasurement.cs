using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Objectives;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

/// <summary>
/// Measures a network between two epochs of its pretraining, on labelled training images that are drawn once: a fifth of them is classified
/// by its nearest neighbours among the others. It reads nothing that training draws, and changes nothing of it, so weights and curves are
/// the same with it and without. It is a look at the course of training and no result: test images are not touched.
/// </summary>
/// <param name="Bank">Images that vote.</param>
/// <param name="Queries">Images that are classified.</param>
/// <param name="EveryEpochs">Epochs between two measurements.</param>
/// <param name="HasLabels">Whether the images have labels. Where too few have, only the spread of the features is measured.</param>
internal sealed record OnlineMeasurement(ImageSet Bank, ImageSet Queries, int EveryEpochs, bool HasLabels)
{
    private const int MostImages = 2500;
    private const int FewestImages = 20;

    // So many are looked at even where that is too much after each epoch: fewer say little.
    private const int UsefulImages = 500;
    private const int QueryShare = 5;
    private const int Neighbours = 20;
    private const double Temperature = 0.1;

    // What training computes for an image, in forward passes: two views, forward and back, where the backward pass counts as two.
    private const int PassesInTraining = 6;

    /// <summary>The images of a run, and how often they are looked at; null where the run does not ask for it.</summary>
    internal static OnlineMeasurement? Of(StageContext context)
    {
        var (options, data) = (context.Options, context.Data);
        var labelled = data.Bank.Count >= FewestImages;
        var images = labelled ? data.Bank : data.Unlabelled;
        if (options.OnlineShare <= 0 || images.Count < 2)
        {
            return null;
        }

        // The key is no part of the key of any stage.
        var affordable = options.OnlineShare * PassesInTraining * data.Unlabelled.Count; // after each epoch
        var count = Math.Min(images.Count, (int)Math.Clamp(affordable, UsefulImages, MostImages));
        var drawn = images.Take(Batches.Indices(Key.FromSeed(options.Seed).At("online"), images.Count, count, step: 0));
        var queries = Math.Max(1, count / QueryShare);
        return new(
            drawn.Take([.. Enumerable.Range(queries, count - queries)]),
            drawn.First(queries),
            EveryEpochs: (int)Math.Ceiling(count / affordable),
            labelled
        );
    }

    /// <summary>What is measured and how often, for the screen.</summary>
    internal string InWords =>
        FormattableString.Invariant(
            $"{(EveryEpochs == 1 ? "after each epoch" : $"every {EveryEpochs} epochs")} the features of {Bank.Count + Queries.Count} "
        ) + (HasLabels ? "labelled training images are looked at" : "training images are looked at, without accuracy: too few have labels");

    /// <summary>Whether it is time to measure: an epoch has ended with this step, and it is one of those that are looked at.</summary>
    internal bool IsDue(StageInfo info, int step)
    {
        var (before, after) = ((step - 1L) * info.Batch / info.Images, (long)step * info.Batch / info.Images);
        return after / EveryEpochs > before / EveryEpochs;
    }

    /// <summary>Measures a network.</summary>
    /// <param name="info">The stage.</param>
    /// <param name="step">Steps that the network has taken.</param>
    /// <param name="features">The encoder's outputs.</param>
    /// <param name="classifier">Logits of the classifier that is trained beside the network; null where there is none.</param>
    /// <param name="context">The world.</param>
    internal OnlinePoint Measure(
        StageInfo info,
        int step,
        Func<Tensor, Tensor> features,
        Func<Tensor, Tensor>? classifier,
        StageContext context
    )
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (bank, queries) = (Features(Bank, features), Features(Queries, features));
        return new(
            info.Stage,
            step,
            Epoch: (double)step * info.Batch / info.Images,
            Spread(bank.Values),
            HasLabels ? Knn.Measure(bank, queries, context.Data.Classes, Math.Min(Neighbours, bank.Count), Temperature).Top1 : null,
            classifier is null || !HasLabels ? null : Measured(Features(Queries, classifier))
        );

        Features Features(ImageSet images, Func<Tensor, Tensor> network) =>
            Evaluation.Features(new(network), images, context.Options.Device, context.Options.Compute);
    }

    /// <summary>How much the directions of rows [N, D] differ: 0 where all are the same, 1 where their mean is 0.</summary>
    internal static double Spread(Tensor rows)
    {
        using var scope = NewDisposeScope();
        // In float64, since in float32 the difference from 1 of equal rows is rounding.
        var unit = NtXent.Normalize(rows.to(float64));
        // The first is 1, but for rows of zeros, which have no direction and differ in none.
        var (length, ofMean) = (unit.square().sum(1).mean().ToDouble(), unit.mean([0L]).square().sum().ToDouble());
        return Math.Sqrt(Math.Max(0, length - ofMean));
    }

    private static double Measured(Features outputs) => Accuracy.Of(outputs.Values, outputs.Labels).Top1;
}
