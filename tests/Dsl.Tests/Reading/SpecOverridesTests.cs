using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Specs;
using static SimClrDsl.Tests.Reading.SpecSamples;

namespace SimClrDsl.Tests.Reading;

/// <summary>Smoke forms: small, of the same structure, within the rules.</summary>
public sealed class SpecOverridesTests
{
    public static TheoryData<string> Names => VariantNames;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_smoke_form_keeps_every_rule(string name)
    {
        Assert.Empty(Rules.Check(Variants[name]));
        Assert.Empty(Rules.Check(Variants[name].Smoke(ownImages: false)));
        Assert.Empty(Rules.Check(Variants[name].Smoke(ownImages: true)));
        Assert.Equal(Variants[name].Smoke(ownImages: false), Read(SpecWriter.Write(Variants[name].Smoke(ownImages: false))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_smoke_form_keeps_the_structure(string name)
    {
        var (spec, smoke) = (Variants[name], Variants[name].Smoke(ownImages: false));
        Assert.Equal($"{name}-smoke", smoke.Name);
        Assert.Equal(Stages(spec), Stages(smoke));
        Assert.Equal((spec.Encoder.ResNet, spec.Encoder.SelectiveKernel), (smoke.Encoder.ResNet, smoke.Encoder.SelectiveKernel));
        Assert.Equal(spec.Pretrain?.Head, smoke.Pretrain?.Head);
        Assert.Equal(spec.Distill?.Student.ResNet, smoke.Distill?.Student.ResNet);

        static string Stages(Spec spec) =>
            $"{spec.Pretrain is null} {spec.Evaluate?.Knn is null} {spec.Evaluate?.Linear is null} {spec.Evaluate?.Supervised is null} "
            + $"{spec.Finetune is null} {spec.Distill is null}";
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_spec_that_the_rules_accept_can_be_planned(string name)
    {
        Assert.Equal(name, Plan.Of(Variants[name]).Name);
        Assert.Equal($"{name}-smoke", Plan.Of(Variants[name].Smoke(ownImages: false)).Name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_smoke_form_is_small(string name)
    {
        var smoke = Variants[name].Smoke(ownImages: false);
        var data = DataPlan.Of(smoke.Data);
        Assert.True(data is { Side: <= 32, Unlabelled: <= 256, Labels: <= 20, Classes: <= 10, Source: not DataSource.Imagenet });
        Assert.Equal(0.125, smoke.Encoder.Width);
        Assert.True((smoke.Pretrain?.Epochs ?? 1) == 1 && (smoke.Finetune?.Epochs ?? 1) == 1 && (smoke.Distill?.Epochs ?? 1) == 1);
        Assert.True((smoke.Pretrain?.Batch ?? 1) <= 32 && (smoke.Evaluate?.Supervised?.Steps ?? 1) <= 8);
    }

    // Few of its images, at a side at which only those are decoded; a list of labelled images names too many.
    [Theory]
    [InlineData(224, 72)]
    [InlineData(32, 32)]
    public void A_smoke_form_of_ones_own_images_keeps_them(int side, int smokeSide)
    {
        var data = new DataSpec
        {
            Source = DataSource.Folder,
            Path = "mine",
            Image = side,
            Classes = 3,
            TrainImages = 1000,
            TestImages = 500,
            Labels = 30,
            LabelList = "list.txt",
            SkipBroken = 5,
            Validation = 200,
        };
        var smoke = (Tiny with { Data = data }).Smoke(ownImages: true).Data;
        Assert.Equal(data with { Image = smokeSide, LabelList = null, Unlabelled = 256, Labels = 6, Validation = 6 }, smoke);
    }

    // Of 256 images 2 have a label, or none: then more images are taken, so that there is something to evaluate with.
    [Theory]
    [InlineData(10, 256, 2)]
    [InlineData(3, 334, 1)]
    public void A_smoke_form_has_labels_to_evaluate_with(int labels, int images, int bank)
    {
        var data = new DataSpec
        {
            Source = DataSource.Folder,
            Path = "mine",
            Image = 224,
            Classes = 3,
            TrainImages = 1000,
            TrainLabels = labels,
            TestImages = 500,
            Labels = 3,
        };
        var spec = Tiny with
        {
            Data = data,
            Evaluate = new()
            {
                Knn = new() { K = bank },
                Linear = new(),
            },
            Pretrain = new() { Batch = 64 },
            Finetune = null,
            Distill = null,
        };
        var smoke = spec.Smoke(ownImages: true);
        Assert.Empty(Rules.Check(smoke));
        var plan = Plan.Of(smoke);
        Assert.Equal((images, bank, bank, bank), (plan.Data.Unlabelled, plan.Data.Bank, plan.Knn!.K, plan.Linear!.Batch));
    }

    [Fact]
    public void A_stem_that_followed_from_the_image_size_stays()
    {
        var large = Tiny with { Data = new() { Source = DataSource.Imagenet } };
        Assert.Equal(Stem.Imagenet, large.Smoke(ownImages: false).Encoder.Stem);
        Assert.Equal(Stem.Small, Tiny.Smoke(ownImages: false).Encoder.Stem);
    }

    [Fact]
    public void The_seed_is_all_that_WithSeed_changes() => Assert.Equal(Tiny with { Seed = 7 }, Tiny.WithSeed(7));
}
