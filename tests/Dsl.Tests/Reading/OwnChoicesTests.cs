using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Tests.Reading;

/// <summary>Settings that the paper leaves open: marked in the spec, shown by the plan.</summary>
public sealed class OwnChoicesTests
{
    private const string Base = SpecSamples.Minimal + "pretrain: { batch: 64, epochs: 2 }\nfinetune: { from_head_layer: 1 }\n";

    [Fact]
    public void The_plan_shows_each_choice_with_its_value_and_reason()
    {
        var spec = SpecSamples.Read(
            Base
                + "ours:\n  pretrain.epochs: as many as fit in a night\n  pretrain.augment: SimCLR's\n  "
                + "data.labels=10%: as in §3\n  seed: any\n"
        );
        Assert.EndsWith(
            "\nours, where the paper leaves it open:\n"
                + "  pretrain.epochs 2: as many as fit in a night\n"
                + "  pretrain.augment: SimCLR's\n"
                + "  data.labels 10%: as in §3\n"
                + "  seed 1: any\n",
            PlanTable.Format(Plan.Of(spec)),
            StringComparison.Ordinal
        );
    }

    // An experiment of a sweep may lack a stage, or have another of the sweep's values.
    [Fact]
    public void A_choice_of_a_key_that_the_experiment_does_not_have_is_not_shown()
    {
        var spec = SpecSamples.Read(
            Base + "ours: { distill.alpha: no weight is given, pretrain.epochs=3: for the longer runs, finetune.epochs: open }\n"
        );
        Assert.Empty(OwnChoices.Of(spec));
        Assert.DoesNotContain("ours", PlanTable.Format(Plan.Of(spec)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_texts_means_the_same_choices()
    {
        var spec = SpecSamples.Read(Base + "ours: [\"pretrain.epochs: no, really: two\"]\n");
        Assert.Equal([new OwnChoice("pretrain.epochs", "no, really: two")], spec.Ours);
    }

    [Fact]
    public void Choices_are_written_and_read_again_and_are_no_part_of_the_hash()
    {
        var (with, without) = (SpecSamples.Read(Base + "ours:\n  pretrain.epochs: \"it's: #2\"\n"), SpecSamples.Read(Base));
        Assert.Equal(with, SpecSamples.Read(SpecWriter.Write(with)));
        Assert.NotEqual(with, without);
        Assert.Equal(SpecHash.Of(without), SpecHash.Of(with));
        Assert.Equal(StageHashes.Of(Plan.Of(without)), StageHashes.Of(Plan.Of(with)));
    }

    [Theory]
    [InlineData("ours: { pretrain.epoch: why }\n", "SCLR008", "did you mean 'pretrain.epochs'?")]
    [InlineData("ours: { pretrain.epoch=3: why }\n", "SCLR008", "pretrain.epoch=3")]
    [InlineData("ours: { ours: why }\n", "SCLR008", "'ours' cannot be 'ours': write a key of a spec with all keys above it")]
    [InlineData("ours: { queue: why }\n", "SCLR008", "'ours' cannot be 'queue': did you mean 'pretrain.memory.queue'?")]
    [InlineData("ours: { alpha: why }\n", "SCLR008", "use one of self_distill.alpha, distill.alpha.")]
    [InlineData("ours: { nothing_alike: why }\n", "SCLR008", "such as pretrain.temperature.")]
    [InlineData("ours: [pretrain.epochs]\n", "SCLR005", "the reason for it")]
    [InlineData("ours: because\n", "SCLR006", "keys with reasons")]
    [InlineData("ours: { pretrain.epochs: [1, 2] }\n", "SCLR006", "keys with reasons")]
    public void A_choice_of_no_key_or_without_a_reason_is_an_error(string ours, string id, string says)
    {
        var error = SpecSamples.ErrorOf(Base + ours);
        Assert.Equal(id, error.Id);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }
}
