using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>
/// A short form of an experiment by which its time and memory are measured: the same networks, a few steps of each stage.
/// </summary>
public static class TrialSpec
{
    /// <summary>
    /// Number of steps of each stage, about: as many as short ones need for a time that can be relied on. Long ones end before.
    /// </summary>
    public const int Steps = 300;

    // Batches of different images; with more of them the images alone would take memory.
    private const int Batches = 8;

    // The networks stay as they begin: with the peak rate and no warm-up to it they could diverge.
    private const double Rate = 1e-6;

    /// <summary>The short form.</summary>
    /// <param name="plan">The plan of the experiment.</param>
    /// <param name="batches">Images per step of each stage that trains a network, by its name, where they are not the plan's.</param>
    public static Spec Of(Plan plan, IReadOnlyDictionary<string, int> batches)
    {
        var spec = DecidedSpec.Of(plan);
        var (unlabelled, labelled) = (0, plan.Data.Classes);
        var pretrain = spec.Pretrain is { } first ? first with { Batch = Unlabelled(StageNames.Pretrain, first.Batch), Epochs = 1 } : null;
        var distill = spec.Distill is { Batch: { } taught } student
            ? student with
            {
                Batch =
                    student.Images == DistillImages.Labelled
                        ? Labelled(StageNames.Distill, taught)
                        : Unlabelled(StageNames.Distill, taught),
                Epochs = 1,
            }
            : null;
        var selfDistill = spec.SelfDistill is { Batch: { } own } same
            ? same with
            {
                Batch = Unlabelled(StageNames.SelfDistill, own),
                Epochs = 1,
            }
            : null;
        var finetune = spec.Finetune is { Batch: { } tuned } last ? last with { Batch = Labelled(StageNames.Finetune, tuned) } : null;
        var data = spec.Data with
        {
            LabelList = null,
            Validation = null,
            Unlabelled = Math.Min(plan.Data.Unlabelled, Math.Max(unlabelled, plan.Data.Classes)),
            Labels = plan.Data.Classes == 0 ? spec.Data.Labels : Math.Min(plan.Data.Labels, OfAllClasses(labelled, plan.Data.Classes)),
        };
        var (images, labels) = ((int)data.Unlabelled.Value, plan.Data.Classes == 0 ? 1 : (int)data.Labels.Value);
        return spec with
        {
            Name = $"{spec.Name}-trial",
            Data = data,
            Evaluate = null,
            Pretrain = pretrain is null
                ? null
                : pretrain with
                {
                    Epochs = Epochs(pretrain.Batch, images),
                    Optimizer = Short(pretrain.Optimizer),
                },
            Finetune = finetune is null
                ? null
                : finetune with
                {
                    Epochs = Epochs(finetune.Batch!.Value, labels),
                    Optimizer = Short(finetune.Optimizer),
                },
            SelfDistill = selfDistill is null
                ? null
                : selfDistill with
                {
                    Epochs = Epochs(selfDistill.Batch!.Value, images),
                    Optimizer = Short(selfDistill.Optimizer),
                },
            Distill = distill is null
                ? null
                : distill with
                {
                    Epochs = Epochs(distill.Batch!.Value, distill.Images == DistillImages.Labelled ? labels : images),
                    Optimizer = Short(distill.Optimizer),
                },
        };

        int Unlabelled(string stage, int batch)
        {
            var own = batches.TryGetValue(stage, out var other) ? other : batch;
            unlabelled = Math.Max(unlabelled, Batches * own);
            return own;
        }

        int Labelled(string stage, int batch)
        {
            var own = batches.TryGetValue(stage, out var other) ? other : batch;
            labelled = Math.Max(labelled, Batches * own);
            return own;
        }
    }

    // E epochs of so many images have ⌊images · E / batch⌋ + 1 steps.
    private static int Epochs(int batch, int images) => (((Steps - 1) * batch) + images - 1) / images;

    private static int OfAllClasses(int labels, int classes) => (labels + classes - 1) / classes * classes;

    private static OptimizerSpec Short(OptimizerSpec spec) =>
        spec with
        {
            Lars = spec.Lars is null ? null : spec.Lars with { Lr = Rate },
            Sgd = spec.Sgd is null ? null : spec.Sgd with { Lr = Rate },
            Adam = spec.Adam is null ? null : spec.Adam with { Lr = Rate },
            Warmup = Amount.Count(0),
        };
}
