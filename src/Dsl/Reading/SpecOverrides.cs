using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Changes of a whole spec that the command line can make.</summary>
public static class SpecOverrides
{
    private const int SmokeImages = 256;
    private const int SmokeSide = 32;

    // Larger than the side up to which all images are decoded into memory at once, so that only the few images that are used are decoded.
    private const int SmokeSideOfFiles = 72;
    private const int SmokeClasses = 10;
    private const int SmokeBatch = 32;
    private const int SmokeSteps = 8;
    private const int SmokeNeighbours = 20;
    private const int SmokeQueue = 4;

    // 64 · 0.125 = 8 channels, the fewest that the rules allow.
    private const double SmokeWidth = 0.125;

    private const double SmokeRate = 0.001;

    /// <summary>The same experiment with another seed.</summary>
    public static Spec WithSeed(this Spec spec, int seed) => spec with { Seed = seed };

    /// <summary>
    /// A smoke test of the experiment, which takes seconds: the same stages, depths, stems, blocks and heads, but with the fewest channels,
    /// on few small images, for one epoch. It shows that the experiment runs, and says nothing about its results.
    /// </summary>
    /// <param name="spec">The experiment.</param>
    /// <param name="ownImages">
    /// Whether it trains on images of its own data set, which must then be on this machine; otherwise it trains on random images.
    /// </param>
    public static Spec Smoke(this Spec spec, bool ownImages)
    {
        var planned = DataPlan.Of(spec.Data);
        var data = ownImages ? ShrinkOwn(spec.Data, planned) : Synthetic(spec.Data, planned);
        var (images, labels) = ((int)data.Unlabelled.Value, (int)data.Labels.Value);
        var taught = spec.Distill?.Images == DistillImages.Labelled ? labels : images;
        return spec with
        {
            Name = $"{spec.Name}-smoke",
            Data = data,
            Encoder = spec.Encoder with { Width = SmokeWidth, Stem = EncoderPlanner.StemOf(spec.Encoder, planned.Side) },
            Pretrain = spec.Pretrain is { } pretrain
                ? pretrain with
                {
                    Epochs = 1,
                    Batch = SmokeBatchOf(pretrain.Batch, images),
                    Microbatch = SmokeMicrobatch(pretrain.Microbatch, SmokeBatchOf(pretrain.Batch, images)),
                    Memory = Shrink(pretrain.Memory, spec.Data.Source, SmokeBatchOf(pretrain.Batch, images)),
                    Optimizer = Shrink(pretrain.Optimizer),
                }
                : null,
            Evaluate = spec.Evaluate is { } evaluate ? Shrink(evaluate, DataPlan.Of(data).Bank, labels) : null,
            Finetune = spec.Finetune is { } finetune
                ? finetune with
                {
                    Epochs = 1,
                    Batch = SmokeBatchOf(finetune.Batch ?? SmokeBatch, labels),
                    Microbatch = SmokeMicrobatch(finetune.Microbatch, SmokeBatchOf(finetune.Batch ?? SmokeBatch, labels)),
                    Optimizer = Shrink(finetune.Optimizer),
                }
                : null,
            SelfDistill = spec.SelfDistill is { } selfDistill
                ? selfDistill with
                {
                    Epochs = 1,
                    Batch = SmokeBatchOf(selfDistill.Batch ?? SmokeBatch, images),
                    Microbatch = SmokeMicrobatch(selfDistill.Microbatch, SmokeBatchOf(selfDistill.Batch ?? SmokeBatch, images), labels),
                    Optimizer = Shrink(selfDistill.Optimizer),
                }
                : null,
            Distill = spec.Distill is { } distill
                ? distill with
                {
                    Student = distill.Student with
                    {
                        Width = SmokeWidth,
                        Stem = EncoderPlanner.StemOf(distill.Student.ToEncoder(), planned.Side),
                        Classes = null,
                    },
                    Epochs = 1,
                    Batch = SmokeBatchOf(distill.Batch ?? SmokeBatch, taught),
                    Microbatch = SmokeMicrobatch(distill.Microbatch, SmokeBatchOf(distill.Batch ?? SmokeBatch, taught), labels),
                    Optimizer = Shrink(distill.Optimizer),
                }
                : null,
        };
    }

    // The labelled images are drawn by the seed, because a list of them may name thousands.
    private static DataSpec ShrinkOwn(DataSpec spec, DataPlan planned) =>
        spec with
        {
            Image = planned.StaysEncoded ? SmokeSideOfFiles : spec.Image,
            LabelList = null,
            Validation = planned.Validation == 0 ? null : Math.Min(planned.Validation, 2 * planned.Classes),
            Unlabelled = Math.Min(planned.Unlabelled, Math.Max(SmokeImages, ImagesForALabel(planned))),
            Labels = planned.Classes == 0 ? spec.Labels : Math.Min(planned.Labels, planned.Classes * LabelsOfAClass(planned)),
        };

    // The fewest unlabelled images of which one has a label, which evaluation of the frozen encoder needs: they are drawn in proportion.
    private static int ImagesForALabel(DataPlan planned)
    {
        var known = planned.WithLabel - planned.Validation;
        return planned.TrainLabels is null || known < 1 ? 1 : (planned.NotHeldOut + known - 1) / known;
    }

    private static DataSpec Synthetic(DataSpec spec, DataPlan planned)
    {
        var classes = Math.Max(2, Math.Min(planned.Classes, SmokeClasses));
        return new DataSpec
        {
            Source = DataSource.Synthetic,
            Image = Math.Min(planned.Side, SmokeSide),
            Bicubic = spec.Bicubic,
            Antialias = spec.Antialias,
            Classes = classes,
            Unlabelled = Math.Min(planned.Unlabelled, SmokeImages),
            Labels = classes * LabelsOfAClass(planned),
            Validation = planned.Validation == 0 ? null : 2 * classes,
        };
    }

    private static int LabelsOfAClass(DataPlan planned) => Math.Max(1, Math.Min(2, planned.Labels / planned.Classes));

    private static EvaluateSpec Shrink(EvaluateSpec spec, int bank, int labels) =>
        spec with
        {
            Knn = spec.Knn is { } knn ? knn with { K = SmokeBatchOf(Math.Min(knn.K, SmokeNeighbours), bank) } : null,
            Linear = spec.Linear is { } linear
                ? linear with
                {
                    Epochs = 1,
                    Batch = SmokeBatchOf(linear.Batch ?? SmokeBatch, bank),
                    Optimizer = Shrink(linear.Optimizer),
                }
                : null,
            Supervised = spec.Supervised is { } supervised
                ? supervised with
                {
                    Labels = null,
                    Epochs = null,
                    Steps = Math.Min(supervised.Steps ?? SmokeSteps, SmokeSteps),
                    Batch = SmokeBatchOf(supervised.Batch ?? SmokeBatch, labels),
                    Microbatch = SmokeMicrobatch(supervised.Microbatch, SmokeBatchOf(supervised.Batch ?? SmokeBatch, labels)),
                    LearningRates = supervised.LearningRates?.Take(2).ToSequence(),
                    EvaluateEvery = Math.Min(
                        supervised.EvaluateEvery ?? SmokeSteps,
                        Math.Min(supervised.Steps ?? SmokeSteps, SmokeSteps / 2)
                    ),
                    Optimizer = Shrink(supervised.Optimizer),
                }
                : null,
        };

    // Whether there is a memory depends on the data set, so it is written out before the data set is replaced. The queue holds few batches,
    // so that even a short run overwrites its oldest keys.
    private static MemorySpec Shrink(MemorySpec spec, DataSource source, int batch) =>
        MemoryPlan.IsUsed(spec.Use, source)
            ? spec with
            {
                Use = MemoryUse.Always,
                Queue = spec.Queue == 0 ? 0 : 2 * SmokeQueue * batch,
            }
            : new() { Use = MemoryUse.Never };

    // A warm-up that is given in epochs is cut to the one epoch that there is. At the rate of a long training the few steps of a smoke run
    // could diverge.
    private static OptimizerSpec Shrink(OptimizerSpec spec) =>
        spec with
        {
            // LARS is what a stage trains with that names no optimizer.
            Lars = spec is { Sgd: null, Adam: null } ? (spec.Lars ?? new()) with { Lr = SmokeRate } : null,
            Sgd = spec.Sgd is null ? null : spec.Sgd with { Lr = SmokeRate },
            Adam = spec.Adam is null ? null : spec.Adam with { Lr = SmokeRate },
            Warmup = spec.Warmup is { Unit: AmountUnit.Count, Value: > 1 } ? Amount.Count(1) : spec.Warmup,
        };

    // Two microbatches, if the batch has at least four images and both it and its labelled images can be halved; otherwise one.
    private static int? SmokeMicrobatch(int? microbatch, int batch, int labels = 0) =>
        microbatch is null ? null
        : batch % 2 == 0 && batch >= 4 && Math.Min(batch, labels) % 2 == 0 ? batch / 2
        : batch;

    private static int SmokeBatchOf(int batch, int images) => Math.Min(Math.Min(batch, SmokeBatch), images);
}
