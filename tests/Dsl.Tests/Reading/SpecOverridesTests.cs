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
    public void ASmokeFormKeepsEveryRule(string name)
    {
        Assert.Empty(Rules.Check(Variants[name]));
        Assert.Empty(Rules.Check(Variants[name].Smoke(ownImages: false)));
        Assert.Empty(Rules.Check(Variants[name].Smoke(ownImages: true)));
        Assert.Equal(Variants[name].Smoke(ownImages: false), Read(SpecWriter.Write(Variants[name].Smoke(ownImages: false))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ASmokeFormKeepsTheStructure(string name)
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
    public void WhatTheRulesAcceptCanBePlanned(string name)
    {
        Assert.Equal(name, Plan.Of(Variants[name]).Name);
        Assert.Equal($"{name}-smoke", Plan.Of(Variants[name].Smoke(ownImages: false)).Name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ASmokeFormIsSmall(string name)
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
    public void ASmokeFormOfOnesOwnImagesKeepsThem(int side, int smokeSide)
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
        };
        var smoke = (Tiny with { Data = data }).Smoke(ownImages: true).Data;
        Assert.Equal(data with { Image = smokeSide, LabelList = null, Unlabelled = 256, Labels = 6 }, smoke);
    }

    [Fact]
    public void AStemThatFollowedFromTheImageSizeStays()
    {
        var large = Tiny with { Data = new() { Source = DataSource.Imagenet } };
        Assert.Equal(Stem.Imagenet, large.Smoke(ownImages: false).Encoder.Stem);
        Assert.Equal(Stem.Small, Tiny.Smoke(ownImages: false).Encoder.Stem);
    }

    [Fact]
    public void TheSeedIsAllThatWithSeedChanges() => Assert.Equal(Tiny with { Seed = 7 }, Tiny.WithSeed(7));
}
