using System.Globalization;
using SimClrDsl.Planning;
using SimClrDsl.Specs;
using SimClrDsl.Tests.Reading;

namespace SimClrDsl.Tests.Planning;

/// <summary>Stages are the same where everything that decides their outcome is, and only there.</summary>
public sealed class StageHashTests
{
    private static readonly Spec Base = SpecSamples.Read(SpecSamples.FashionMnist);

    private static IReadOnlyDictionary<string, string> Of(Spec spec) => StageHashes.Of(Plan.Of(spec));

    /// <summary>The stages that a change of the spec makes other ones.</summary>
    private static string Changed(Func<Spec, Spec> change)
    {
        var (before, after) = (Of(Base), Of(change(Base)));
        return string.Join(" ", before.Keys.Where(stage => before[stage] != after[stage]));
    }

    [Fact]
    public void Every_stage_has_a_hash_of_its_own() =>
        Assert.Equal(
            ["distill", "finetune", "knn", "linear", "pretrain", "supervised"],
            Of(Base).GroupBy(static pair => pair.Value).Select(static same => Assert.Single(same).Key).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void A_name_changes_no_hash() => Assert.Equal("", Changed(static spec => spec with { Name = "other" }));

    [Fact]
    public void The_number_of_labels_changes_the_stages_that_learn_from_them() =>
        Assert.Equal("supervised finetune distill", Changed(static spec => spec with { Data = spec.Data with { Labels = 200 } }));

    // Five draws of labels share one pretraining, and of all labels there is one draw.
    [Fact]
    public void A_seed_of_the_labels_changes_the_stages_that_learn_from_them()
    {
        static Spec Seeded(Spec spec, int seed) => spec with { Data = spec.Data with { LabelSeed = seed } };
        Assert.Equal("supervised finetune distill", Changed(static spec => Seeded(spec, 2)));
        Assert.Equal("", Changed(static spec => Seeded(spec, spec.Seed)));
        var all = Base with { Data = Base.Data with { Labels = Amount.All } };
        Assert.Equal(Of(all), Of(Seeded(all, 2)));
        // A baseline that draws its own labels draws them by the same seed; one that has all of them does not draw.
        Assert.Equal(
            "supervised finetune distill",
            Changed(static spec => Seeded(spec, 2) with { Evaluate = spec.Evaluate! with { Supervised = new() { Labels = 100 } } })
        );
        static Spec Whole(Spec spec) => spec with { Evaluate = spec.Evaluate! with { Supervised = new() { Labels = Amount.All } } };
        Assert.Equal(Of(Whole(Base))["supervised"], Of(Seeded(Whole(Base), 2))["supervised"]);
    }

    // The paper's 1 % and 10 % are fixed lists; pretraining is the same for all of them, and a draw by a seed is another stage than a list.
    [Fact]
    public void An_official_list_of_labels_is_another_choice_than_a_draw()
    {
        static Spec Imagenet(double percent, int? seed = null) =>
            Base with
            {
                Data = new()
                {
                    Source = DataSource.Imagenet,
                    Labels = Amount.Percent(percent),
                    LabelSeed = seed,
                },
            };
        Assert.Equal(
            ["1percent.txt", "10percent.txt", null, null],
            new[] { Imagenet(1), Imagenet(10), Imagenet(100), Imagenet(1, seed: 2) }.Select(static spec => Plan.Of(spec).Data.OfficialList)
        );
        Assert.Equal(Of(Imagenet(1))["pretrain"], Of(Imagenet(1, seed: 2))["pretrain"]);
        Assert.NotEqual(Of(Imagenet(1))["finetune"], Of(Imagenet(1, seed: 1))["finetune"]);
        Assert.NotEqual(Of(Imagenet(1))["supervised"], Of(Imagenet(1, seed: 1))["supervised"]);
    }

    [Fact]
    public void A_stage_changes_the_stages_that_go_on_from_it()
    {
        Assert.Equal(
            "pretrain knn linear finetune distill",
            Changed(static spec => spec with { Pretrain = spec.Pretrain! with { Temperature = 0.5 } })
        );
        Assert.Equal("finetune distill", Changed(static spec => spec with { Finetune = spec.Finetune! with { Epochs = 3 } }));
        Assert.Equal("distill", Changed(static spec => spec with { Distill = spec.Distill! with { Alpha = 0.5 } }));
    }

    [Fact]
    public void Seed_and_width_change_every_stage()
    {
        Assert.Equal("pretrain knn linear supervised finetune distill", Changed(static spec => spec with { Seed = 2 }));
        Assert.Equal(
            "pretrain knn linear supervised finetune distill",
            Changed(static spec => spec with { Encoder = spec.Encoder with { Width = 0.5 } })
        );
    }

    // Blocks that are run again give the same network to the bit; microbatches have batch norms of their own.
    [Fact]
    public void Blocks_that_are_run_again_change_no_hash_and_microbatches_do()
    {
        Assert.Equal(
            "",
            Changed(static spec =>
                spec with
                {
                    Encoder = spec.Encoder with { Recompute = Recompute.Blocks },
                    Distill = spec.Distill! with { Student = spec.Distill.Student with { Recompute = Recompute.Blocks } },
                }
            )
        );
        Assert.Equal(
            "pretrain knn linear finetune distill",
            Changed(static spec => spec with { Pretrain = spec.Pretrain! with { Microbatch = 32 } })
        );
    }

    // Images that are held out are missing everywhere; none held out is as before there was such a key, whose names of stages are kept.
    [Fact]
    public void Validation_images_change_every_stage_and_zero_of_them_change_none()
    {
        Assert.Equal(
            "pretrain knn linear supervised finetune distill",
            Changed(static spec => spec with { Data = spec.Data with { Validation = 1000 } })
        );
        Assert.Equal("", Changed(static spec => spec with { Data = spec.Data with { Validation = 0 } }));
    }

    // A recipe is chosen on what one pretraining learned, and then measured on the test images.
    [Fact]
    public void The_images_to_measure_on_change_the_stages_that_are_measured()
    {
        var held = Base with { Data = Base.Data with { Validation = 1000 } };
        Spec On(Spec spec, EvaluateOn on) => spec with { Evaluate = (spec.Evaluate ?? new()) with { On = on } };
        string Different(Spec spec)
        {
            var (before, after) = (Of(On(spec, EvaluateOn.Test)), Of(On(spec, EvaluateOn.Validation)));
            return string.Join(" ", before.Keys.Where(stage => before[stage] != after[stage]));
        }

        Assert.Equal("knn linear supervised finetune distill", Different(held));
        Assert.Equal(
            "pretrain knn linear supervised finetune distill",
            Different(held with { Pretrain = held.Pretrain! with { OnlineLinear = new() } })
        );
    }

    [Fact]
    public void A_default_that_is_written_out_changes_no_hash() =>
        Assert.Equal("", Changed(static spec => spec with { Finetune = spec.Finetune! with { FromHeadLayer = 1 } }));

    // One epoch of 20,000 images has 78.125 steps, and 1.001 epochs have less than 79.
    [Fact]
    public void A_formula_that_gives_the_same_number_changes_no_hash()
    {
        Plan Warmup(double epochs) =>
            Plan.Of(Base with { Pretrain = Base.Pretrain! with { Optimizer = Base.Pretrain.Optimizer with { Warmup = epochs } } });
        var (shorter, longer) = (Warmup(1), Warmup(1.001));
        Assert.NotEqual(shorter.Pretrain!.Rate.WarmupSteps.From, longer.Pretrain!.Rate.WarmupSteps.From);
        Assert.Equal(78, longer.Pretrain.Rate.WarmupSteps.Value);
        Assert.Equal(StageHashes.Of(shorter), StageHashes.Of(longer));
    }

    [Fact]
    public void The_culture_of_the_machine_changes_no_hash()
    {
        var (here, before) = (CultureInfo.CurrentCulture, Of(Base));
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        german.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = german;
            Assert.Equal(before, Of(Base));
        }
        finally
        {
            CultureInfo.CurrentCulture = here;
        }
    }
}
