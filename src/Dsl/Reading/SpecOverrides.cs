using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Changes that the command line makes to a spec.</summary>
public static class SpecOverrides
{
    private const int SmokeImages = 256;
    private const int SmokeSide = 32;

    // The least above what is decoded into memory at once: of a large data set only the few images that are used are decoded.
    private const int SmokeSideOfFiles = 72;
    private const int SmokeClasses = 10;
    private const int SmokeBatch = 32;
    private const int SmokeSteps = 8;
    private const int SmokeNeighbours = 20;
    private const int SmokeQueue = 4;

    // 64 · 0.125 = 8 channels, the fewest the rules allow.
    private const double SmokeWidth = 0.125;

    public static Spec WithSeed(this Spec spec, int seed) => spec with { Seed = seed };

    /// <summary>
    /// The same experiment for a run of seconds: the same stages, depths, stems, blocks and heads, of the fewest channels, on few
    /// small images, for one epoch. It shows that the experiment runs, not what it is worth.
    /// </summary>
    /// <param name="spec">The experiment.</param>
    /// <param name="ownImages">
    /// Whether it trains on few images of its own data set, which then has to be at hand; otherwise on images that are made from the seed.
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
                    Batch = Few(pretrain.Batch, images),
                    Microbatch = Parts(pretrain.Microbatch, Few(pretrain.Batch, images)),
                    Memory = Shrink(pretrain.Memory, spec.Data.Source, Few(pretrain.Batch, images)),
                    Optimizer = Shrink(pretrain.Optimizer),
                }
                : null,
            Evaluate = spec.Evaluate is { } evaluate ? Shrink(evaluate, images, labels) : null,
            Finetune = spec.Finetune is { } finetune
                ? finetune with
                {
                    Epochs = 1,
                    Batch = Few(finetune.Batch ?? SmokeBatch, labels),
                    Microbatch = Parts(finetune.Microbatch, Few(finetune.Batch ?? SmokeBatch, labels)),
                    Optimizer = Shrink(finetune.Optimizer),
                }
                : null,
            SelfDistill = spec.SelfDistill is { } selfDistill
                ? selfDistill with
                {
                    Epochs = 1,
                    Batch = Few(selfDistill.Batch ?? SmokeBatch, images),
                    Microbatch = Parts(selfDistill.Microbatch, Few(selfDistill.Batch ?? SmokeBatch, images), labels),
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
                    Batch = Few(distill.Batch ?? SmokeBatch, taught),
                    Microbatch = Parts(distill.Microbatch, Few(distill.Batch ?? SmokeBatch, taught), labels),
                    Optimizer = Shrink(distill.Optimizer),
                }
                : null,
        };
    }

    // Which images have labels is drawn anew: a list of them may name thousands.
    private static DataSpec ShrinkOwn(DataSpec spec, DataPlan planned) =>
        spec with
        {
            Image = planned.StaysEncoded ? SmokeSideOfFiles : spec.Image,
            LabelList = null,
            Validation = planned.Validation == 0 ? null : Math.Min(planned.Validation, 2 * planned.Classes),
            Unlabelled = Math.Min(planned.Unlabelled, SmokeImages),
            Labels = planned.Classes == 0 ? spec.Labels : Math.Min(planned.Labels, planned.Classes * LabelsOfAClass(planned)),
        };

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

    private static EvaluateSpec Shrink(EvaluateSpec spec, int images, int labels) =>
        new()
        {
            On = spec.On,
            Knn = spec.Knn is { } knn ? knn with { K = Few(Math.Min(knn.K, SmokeNeighbours), images) } : null,
            Linear = spec.Linear is { } linear
                ? linear with
                {
                    Epochs = 1,
                    Batch = Few(linear.Batch ?? SmokeBatch, images),
                    Optimizer = Shrink(linear.Optimizer),
                }
                : null,
            Supervised = spec.Supervised is { } supervised
                ? supervised with
                {
                    Labels = null,
                    Epochs = null,
                    Steps = Math.Min(supervised.Steps ?? SmokeSteps, SmokeSteps),
                    Batch = Few(supervised.Batch ?? SmokeBatch, labels),
                    Microbatch = Parts(supervised.Microbatch, Few(supervised.Batch ?? SmokeBatch, labels)),
                    LearningRates = supervised.LearningRates?.Take(2).ToSequence(),
                    EvaluateEvery = Math.Min(
                        supervised.EvaluateEvery ?? SmokeSteps,
                        Math.Min(supervised.Steps ?? SmokeSteps, SmokeSteps / 2)
                    ),
                    Optimizer = Shrink(supervised.Optimizer),
                }
                : null,
        };

    // What the data decided stays as it was, on other data. A queue of few batches, so that it comes around.
    private static MemorySpec Shrink(MemorySpec spec, DataSource source, int batch) =>
        MemoryPlan.IsUsed(spec.Use, source)
            ? spec with
            {
                Use = MemoryUse.Always,
                Queue = spec.Queue == 0 ? 0 : 2 * SmokeQueue * batch,
            }
            : new() { Use = MemoryUse.Never };

    // A warm-up counted in epochs cannot be longer than the one there is.
    private static OptimizerSpec Shrink(OptimizerSpec spec) =>
        spec.Warmup is { Unit: AmountUnit.Count, Value: > 1 } ? spec with { Warmup = Amount.Count(1) } : spec;

    // Two microbatches in place of many, where the batch is large enough and falls into two, as its labelled images do where it has some.
    private static int? Parts(int? microbatch, int batch, int labels = 0) =>
        microbatch is null ? null
        : batch % 2 == 0 && batch >= 4 && Math.Min(batch, labels) % 2 == 0 ? batch / 2
        : batch;

    private static int Few(int batch, int images) => Math.Min(Math.Min(batch, SmokeBatch), images);
}
