using SimClrDsl.Reading;
using SimClrDsl.Specs;
using static SimClrDsl.Tests.Reading.SpecSamples;

namespace SimClrDsl.Tests.Reading;

/// <summary>Settings of a command line over those of a file.</summary>
public sealed class SpecSettingsTests
{
    private const string File = """
        name: tiny
        data: { source: synthetic }
        encoder: { resnet: 18 }
        pretrain: { epochs: 800, batch: 64, head: { layers: 3 } }
        finetune: { batch: 64 }
        """;

    private const string Matrix = "\nmatrix: { seed: [1, 2], encoder.resnet: [18, 34] }\n";

    [Fact]
    public void Settings_are_typed_and_part_of_the_hash()
    {
        var spec = Good(File, "pretrain.epochs=3", "pretrain.augment.crop=[0.3, 1]", "data.labels=20%", "finetune.freeze=stem");
        Assert.Equal((3, new Interval(0.3, 1)), (spec.Pretrain!.Epochs, spec.Pretrain.Augment.Crop));
        Assert.Equal((Amount.Percent(20), Freeze.Stem), (spec.Data.Labels, spec.Finetune!.Freeze));
        Assert.Equal("tiny", spec.Name);
        Assert.NotEqual(SpecHash.Of(Read(File)), SpecHash.Of(spec));
    }

    [Fact]
    public void The_last_of_two_settings_counts_and_the_word_none_takes_a_value_away()
    {
        Assert.Equal(9, Good(File, "seed=8", "seed=9").Seed);
        Assert.Equal(Read(File), Good(File));
        Assert.Null(Good(File, "pretrain.augment.colour=none").Pretrain!.Augment.Colour);
        Assert.Null(Good(File, "data.path=none").Data.Path);
    }

    // The first equals sign ends the key; a path is taken letter by letter, where YAML would see a comment or a second key.
    [Theory]
    [InlineData("data.path=/images/a=b", "/images/a=b")]
    [InlineData("data.path=a=b=c", "a=b=c")]
    [InlineData("data.path==", "=")]
    [InlineData("data.path=my folder #2", "my folder #2")]
    [InlineData("data.path=C: drive", "C: drive")]
    [InlineData("data.path=[odd]", "[odd]")]
    [InlineData("data.path='none'", "none")]
    [InlineData("data.path=\"a #b\"", "a #b")]
    [InlineData(" data.path = x ", "x")]
    public void The_value_of_a_setting_may_hold_any_character(string setting, string path) =>
        Assert.Equal(path, Good(File, setting).Data.Path);

    [Fact]
    public void A_map_may_be_set_as_a_whole() => Assert.Equal(8, Good(File, "pretrain.head={layers: 2, out: 8}").Pretrain!.Head.Out);

    [Theory]
    [InlineData("pretrain.epochs", "SCLR056", "write KEY=VALUE")]
    [InlineData("pretrain.epochs=", "SCLR056", "write KEY=VALUE")]
    [InlineData("=3", "SCLR056", "write KEY=VALUE")]
    [InlineData("pretrain..epochs=3", "SCLR056", "write KEY=VALUE")]
    [InlineData("pretrain.epochs=two", "SCLR006", "'pretrain.epochs' must be")]
    [InlineData("pretrain.epochs=0", "SCLR007", "'pretrain.epochs' must be")]
    [InlineData("pretrain.epoch=3", "SCLR004", "'pretrain' has no key 'epoch': did you mean 'epochs'?")]
    [InlineData("pretrian.epochs=3", "SCLR004", "The experiment has no key 'pretrian': did you mean 'pretrain'?")]
    [InlineData("pretrain.head.layer=3", "SCLR004", "'pretrain.head' has no key 'layer': did you mean 'layers'?")]
    [InlineData("epochs=3", "SCLR004", "it belongs to 'pretrain' or")]
    [InlineData("seed.x=3", "SCLR004", "'seed' has no key 'x': remove it.")]
    [InlineData("finetune.freeze_head=true,", "SCLR006", "'finetune.freeze_head' must be")]
    [InlineData("pretrain.batch=[", "SCLR001", "")]
    [InlineData("pretrain.batch=2048", "SCLR023", "only 1024 unlabelled images")]
    public void A_wrong_setting_is_shown(string setting, string id, string words)
    {
        var error = Assert.Single(Errors(File, setting));
        Assert.Equal((id, $"--set {setting}"), (error.Id, error.Span.File));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    // What a setting breaks elsewhere is shown where the file has it.
    [Fact]
    public void A_rule_that_a_setting_breaks_is_shown_in_the_file() =>
        Assert.Equal(
            "spec.yaml(4,33): error SCLR023: 'pretrain.batch' is 64, but there are only 32 unlabelled images and "
                + "incomplete batches are dropped: use at most 32.",
            $"{Assert.Single(Errors(File, "data.unlabelled=32", "finetune.batch=20"))}"
        );

    [Fact]
    public void All_wrong_settings_are_shown_together() =>
        Assert.Equal(
            ["SCLR004", "SCLR006", "SCLR056"],
            Errors(File, "pretrain.epoch=3", "seed=x", "nothing").Select(static error => error.Id).Order()
        );

    [Theory]
    [InlineData("seed=7", "'seed' is what tells the experiments of this matrix apart", "'--where seed=VALUE'")]
    [InlineData("encoder.resnet=50", "'encoder.resnet'", "'--where encoder.resnet=VALUE'")]
    [InlineData("encoder={resnet: 50}", "'encoder'", "'--where encoder.resnet=VALUE'")]
    [InlineData("name=other", "'name'", "named after it")]
    public void A_key_that_the_matrix_varies_cannot_be_set(string setting, params string[] words)
    {
        var error = Assert.Single(Errors(File + Matrix, setting));
        Assert.Equal("SCLR055", error.Id);
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void The_seed_option_is_a_setting_of_the_seed()
    {
        var read = SweepReader.ReadYaml("spec.yaml", File + Matrix, [SpecSettings.Seed(7)]);
        var error = read.Match(Succ: static _ => throw new InvalidOperationException(), Fail: static errors => Assert.Single(errors));
        Assert.Equal(("SCLR055", "--seed 7"), (error.Id, error.Span.File));
        Assert.Equal(7, Cells(File, SpecSettings.Seed(7)).Single().Seed);
    }

    [Fact]
    public void A_setting_holds_for_every_experiment_of_a_matrix() =>
        Assert.Equal(
            [16, 16, 16, 16],
            Cells(File + Matrix, SpecSettings.Parse("pretrain.batch=16").Setting!).Select(static spec => spec.Pretrain!.Batch)
        );

    private static Spec Good(string text, params string[] settings)
    {
        var parsed = settings.Select(SpecSettings.Parse).ToList();
        Assert.All(parsed, static one => Assert.Empty(one.Errors));
        return Assert.Single(Cells(text, [.. parsed.Select(static one => one.Setting!)]));
    }

    private static IReadOnlyList<Spec> Cells(string text, params SpecSetting[] settings) =>
        SweepReader
            .ReadYaml("spec.yaml", text, settings)
            .Match(
                Succ: static sweep => sweep.Cells.Select(static cell => cell.Spec).ToList(),
                Fail: static errors => throw new InvalidOperationException(errors.First().ToString())
            );

    private static IReadOnlyList<SpecError> Errors(string text, params string[] settings)
    {
        var parsed = settings.Select(SpecSettings.Parse).ToList();
        var read = SweepReader.ReadYaml("spec.yaml", text, [.. parsed.Select(static one => one.Setting).OfType<SpecSetting>()]);
        return
        [
            .. parsed.SelectMany(static one => one.Errors),
            .. read.Match(Succ: static _ => [], Fail: static errors => errors.ToArray()),
        ];
    }
}
