using SimClrDsl.Reading;
using static SimClrDsl.Tests.Reading.Specs;

namespace SimClrDsl.Tests.Reading;

public sealed class SpecSettingsTests
{
    private static readonly Spec Base = Tiny with
    {
        Pretrain = new() { Batch = 64 },
        Finetune = new() { Batch = 64 },
    };

    [Fact]
    public void SettingsAreTypedAndPartOfTheHash()
    {
        var spec = Good(Base, "pretrain.epochs=3", "pretrain.augment.crop=[0.3, 1]", "data.labels=20%", "finetune.freeze=stem");
        Assert.Equal((3, new Interval(0.3, 1)), (spec.Pretrain!.Epochs, spec.Pretrain.Augment.Crop));
        Assert.Equal((Amount.Percent(20), Freeze.Stem), (spec.Data.Labels, spec.Finetune!.Freeze));
        Assert.Equal(Base.Name, spec.Name);
        Assert.NotEqual(SpecHash.Of(Base), SpecHash.Of(spec));
    }

    [Fact]
    public void TheLastOfTwoSettingsCountsAndNoneLeavesTheSpec()
    {
        Assert.Equal(9, Good(Base, "seed=8", "seed=9").Seed);
        Assert.Equal(Base, Good(Base));
        Assert.Null(Good(Base, "pretrain.augment.colour=none").Pretrain!.Augment.Colour);
    }

    [Theory]
    [InlineData("pretrain.epochs", "SCLR056", "write KEY=VALUE")]
    [InlineData("=3", "SCLR056", "write KEY=VALUE")]
    [InlineData("pretrain..epochs=3", "SCLR056", "write KEY=VALUE")]
    [InlineData("pretrain.epochs=two", "SCLR006", "'pretrain.epochs' must be")]
    [InlineData("pretrain.epochs=0", "SCLR007", "'pretrain.epochs' must be")]
    [InlineData("pretrain.epoch=3", "SCLR004", "'pretrain' has no key 'epoch'")]
    [InlineData("finetune.freeze_head=true,", "SCLR006", "'finetune.freeze_head' must be")]
    [InlineData("pretrain.batch=[", "SCLR001", "")]
    public void AWrongSettingIsShown(string setting, string id, string words)
    {
        var error = Base.Set([setting])
            .Match(Succ: static _ => throw new InvalidOperationException(), Fail: static errors => errors.First());
        Assert.Equal((id, $"--set {setting}"), (error.Id, error.Span.File));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    private static Spec Good(Spec spec, params string[] settings) =>
        spec.Set(settings)
            .Match(Succ: static set => set, Fail: static errors => throw new InvalidOperationException(errors.First().ToString()));
}
