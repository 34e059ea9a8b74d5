using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Reading;
using SimClrDsl.Specs;
using SimClrDsl.Tests.Reading;

namespace SimClrDsl.Tests.Planning;

/// <summary>The spec that a run leaves behind: everything that was decided is written in it, and it means the same run.</summary>
public sealed class DecidedSpecTests
{
    public static TheoryData<string> Names => SpecSamples.VariantNames;

    [Theory]
    [MemberData(nameof(Names))]
    public void The_spec_that_is_written_out_means_the_same_run(string name)
    {
        var spec = SpecSamples.Variants[name];
        var read = SpecSamples.Read(SpecWriter.Write(DecidedSpec.Of(Plan.Of(spec))));
        Assert.Equal(StageHashes.Of(Plan.Of(spec)), StageHashes.Of(Plan.Of(read)));
        Assert.Equal(PlanTable.Format(Plan.Of(spec)), PlanTable.Format(Plan.Of(read)));
        Assert.Equal(SpecHash.Of(spec), SpecHash.Of(read));
        // Nothing is left to write out.
        Assert.Equal(read, DecidedSpec.Of(Plan.Of(read)));
    }

    // By hand, from the paper's rules: small stem up to 32 px, LARS 0.1 with decay 1e-4 and 5 % warm-up, fine-tuning's 0.005 and 30 epochs
    // above 1 % of the labels, at most 4096 or 1024 images a step, temperature 1 for a smaller student.
    [Fact]
    public void What_the_file_leaves_out_is_written_out_as_decided()
    {
        var spec = DecidedSpec.Of(
            Plan.Of(
                SpecSamples.Read(
                    """
                    name: tiny
                    data: { source: synthetic, labels: 500 }
                    encoder: { resnet: 18 }
                    pretrain: { batch: 64 }
                    evaluate: { knn: {}, linear: {}, supervised: {} }
                    finetune: {}
                    distill: { student: { resnet: 18, width: 0.5 } }
                    """
                )
            )
        );
        Assert.Equal((Stem.Small, 32, 10), (spec.Encoder.Stem, spec.Data.Image, spec.Data.Classes));
        Assert.Equal(RunningVariance.Biased, spec.RunningVariance);
        var lars = new LarsSpec { Lr = 0.1, WeightDecay = 1e-4 };
        Assert.Equal(new OptimizerSpec { Lars = lars, Warmup = Amount.Percent(5) }, spec.Pretrain!.Optimizer);
        Assert.Equal(MemoryUse.Never, spec.Pretrain.Memory.Use);
        Assert.Equal((1024, 0), (spec.Evaluate!.Linear!.Batch, spec.Evaluate.Linear.Optimizer.Sgd!.WeightDecay));
        Assert.Equal(
            (1000, 64, 200),
            (spec.Evaluate.Supervised!.Steps, spec.Evaluate.Supervised.Batch, spec.Evaluate.Supervised.EvaluateEvery)
        );
        Assert.Equal([0.03, 0.1, 0.3], spec.Evaluate.Supervised.LearningRates!.Value);
        Assert.Equal((1, 30, 500), (spec.Finetune!.FromHeadLayer, spec.Finetune.Epochs, spec.Finetune.Batch));
        Assert.Equal((0.005, 0.0), (spec.Finetune.Optimizer.Lars!.Lr, spec.Finetune.Optimizer.Lars.WeightDecay));
        Assert.Equal(
            (1.0, 1024, Stem.Small, 10),
            (spec.Distill!.Temperature, spec.Distill.Batch, spec.Distill.Student.Stem, spec.Distill.Student.Classes)
        );
        Assert.Equal(lars, spec.Distill.Optimizer.Lars);
    }

    /// <summary>Keys that say by their absence that there is none of something, and are left out all the same.</summary>
    private static readonly string[] LeftOut =
    [
        "data.path",
        "data.train_images",
        "data.train_labels",
        "data.test_images",
        "data.label_list",
        "data.label_seed",
        "data.validation",
        "encoder.basic_block",
        "encoder.recompute",
        "pretrain.microbatch",
        "pretrain.online_linear",
        "evaluate.supervised.labels",
        "evaluate.supervised.epochs",
        "evaluate.supervised.microbatch",
        "evaluate.on",
        "finetune.frozen_batch_norm",
        "finetune.microbatch",
        "self_distill.microbatch",
        "distill.student.basic_block",
        "distill.student.recompute",
        "distill.microbatch",
    ];

    // A new key that the planner decides where it is left out must be written out by DecidedSpec; one that means "none" belongs to the list
    // above.
    [Fact]
    public void Every_key_is_written_out_but_those_that_mean_none()
    {
        var decided = DecidedSpec.Of(
            Plan.Of(
                SpecSamples.Read(
                    """
                    name: tiny
                    data: { source: synthetic }
                    encoder: { resnet: 18 }
                    pretrain: { batch: 64, memory: { use: always } }
                    evaluate: { knn: {}, linear: {}, supervised: {} }
                    finetune: {}
                    self_distill: {}
                    distill: { student: { resnet: 18 } }
                    """
                )
            )
        );
        var missing = Missing("", decided)
            .Where(static key =>
                !key.Contains(".optimizer.", StringComparison.Ordinal) && !key.EndsWith(".auto_augment", StringComparison.Ordinal)
            );
        Assert.Equal(LeftOut, missing);
    }

    private static IEnumerable<string> Missing(string path, object record) =>
        RecordShape
            .Of(record.GetType())
            .Fields.SelectMany(field =>
            {
                var key = path.Length == 0 ? field.Key : $"{path}.{field.Key}";
                return field.Property.GetValue(record) is not { } value ? [key]
                    : field.Kind == ValueKind.Record ? Missing(key, value)
                    : [];
            });
}
