using System.Globalization;
using SimClrDsl.Planning;
using SimClrDsl.Tests.Reading;

namespace SimClrDsl.Tests.Planning;

/// <summary>Stages are the same where everything that decides their outcome is, and only there.</summary>
public sealed class StageHashTests
{
    private static readonly Spec Base = Specs.Read(Specs.FashionMnist);

    private static IReadOnlyDictionary<string, string> Of(Spec spec) => StageHashes.Of(Plan.Of(spec));

    /// <summary>The stages that a change of the spec makes other ones.</summary>
    private static string Changed(Func<Spec, Spec> change)
    {
        var (before, after) = (Of(Base), Of(change(Base)));
        return string.Join(" ", before.Keys.Where(stage => before[stage] != after[stage]));
    }

    [Fact]
    public void EveryStageHasAHashOfItsOwn() =>
        Assert.Equal(
            ["distill", "finetune", "knn", "linear", "pretrain", "supervised"],
            Of(Base).GroupBy(static pair => pair.Value).Select(static same => Assert.Single(same).Key).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void ANameChangesNothing() => Assert.Equal("", Changed(static spec => spec with { Name = "other" }));

    [Fact]
    public void LabelsChangeWhatLearnsFromThem() =>
        Assert.Equal("supervised finetune distill", Changed(static spec => spec with { Data = spec.Data with { Labels = 200 } }));

    [Fact]
    public void AStageChangesThoseThatGoOnFromIt()
    {
        Assert.Equal(
            "pretrain knn linear finetune distill",
            Changed(static spec => spec with { Pretrain = spec.Pretrain! with { Temperature = 0.5 } })
        );
        Assert.Equal("finetune distill", Changed(static spec => spec with { Finetune = spec.Finetune! with { Epochs = 3 } }));
        Assert.Equal("distill", Changed(static spec => spec with { Distill = spec.Distill! with { Alpha = 0.5 } }));
    }

    [Fact]
    public void SeedAndWidthChangeEverything()
    {
        Assert.Equal("pretrain knn linear supervised finetune distill", Changed(static spec => spec with { Seed = 2 }));
        Assert.Equal(
            "pretrain knn linear supervised finetune distill",
            Changed(static spec => spec with { Encoder = spec.Encoder with { Width = 0.5 } })
        );
    }

    // Blocks that are run again give the same network to the bit; microbatches have batch norms of their own.
    [Fact]
    public void HowANetworkIsKeptInMemoryChangesNothingAndMicrobatchesDo()
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

    [Fact]
    public void WhatTheFileWritesOutIsTheSameAsTheDefault() =>
        Assert.Equal("", Changed(static spec => spec with { Finetune = spec.Finetune! with { FromHeadLayer = 1 } }));

    [Fact]
    public void TheCultureOfTheMachineChangesNothing()
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
