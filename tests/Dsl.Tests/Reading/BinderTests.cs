using System.Globalization;
using SimClrDsl.Reading;
using SimClrDsl.Specs;
using static SimClrDsl.Tests.Reading.SpecSamples;

namespace SimClrDsl.Tests.Reading;

/// <summary>Values as the records take them, and errors all at once.</summary>
public sealed class BinderTests
{
    [Fact]
    public void A_key_that_is_left_out_takes_the_default_of_the_record() => Assert.Equal(Tiny, Read(Minimal));

    [Fact]
    public void A_whole_example_is_read()
    {
        var spec = Read(FashionMnist);
        Assert.Equal(
            new DataSpec
            {
                Source = DataSource.FashionMnist,
                Unlabelled = 20000,
                Labels = 100,
            },
            spec.Data
        );
        Assert.Equal(new Interval(0.2, 1), spec.Pretrain!.Augment.Crop);
        Assert.Equal(new ColourSpec { Strength = 0.5 }, spec.Pretrain.Augment.Colour);
        Assert.Equal(Amount.Percent(5), spec.Pretrain.Optimizer.Warmup);
        Assert.Equal(1e-4, spec.Pretrain.Optimizer.Lars!.WeightDecay);
        Assert.Null(spec.Evaluate!.Linear!.Augment);
        Assert.Equal(new SupervisedSpec(), spec.Evaluate.Supervised);
        Assert.Equal(0.125, spec.Distill!.Student.Width);
    }

    [Theory]
    [InlineData("100", 100, AmountUnit.Count)]
    [InlineData("1%", 1, AmountUnit.Percent)]
    [InlineData("5 %", 5, AmountUnit.Percent)]
    [InlineData("'2.5%'", 2.5, AmountUnit.Percent)]
    [InlineData(".5e1%", 5, AmountUnit.Percent)]
    public void An_amount_is_a_count_or_a_share(string written, double value, AmountUnit unit) =>
        Assert.Equal(
            new Amount(value, unit),
            Read($"{Minimal}pretrain: {{ batch: 64, optimizer: {{ warmup: {written} }} }}").Pretrain!.Optimizer.Warmup
        );

    [Theory]
    [InlineData("1e-4", 1e-4)]
    [InlineData(".5", 0.5)]
    [InlineData("+2.", 2)]
    [InlineData("1", 1)]
    [InlineData("1.5E+1", 15)]
    public void A_number_may_be_written_in_any_way_that_YAML_allows(string written, double value) =>
        Assert.Equal(value, Read($"{Minimal}pretrain: {{ batch: 64, temperature: {written} }}").Pretrain!.Temperature);

    [Theory]
    [InlineData("pretrain: { batch: 64, augment: { colour: none } }")]
    [InlineData("pretrain: { batch: 64, augment: { colour: null } }")]
    [InlineData("pretrain: { batch: 64, augment: { colour: ~ } }")]
    public void The_word_none_switches_an_augmentation_off(string yaml) => Assert.Null(Read(Minimal + yaml).Pretrain!.Augment.Colour);

    [Fact]
    public void The_word_none_in_quotes_is_text() =>
        Assert.Equal("none", Read(Minimal.Replace("synthetic", "synthetic, path: 'none'")).Data.Path);

    [Theory]
    [InlineData("evaluate:\n  supervised:\n")]
    [InlineData("evaluate:\n  supervised: {}\n")]
    public void A_key_with_nothing_after_it_stands_for_the_defaults(string yaml) =>
        Assert.Equal(new EvaluateSpec { Supervised = new() }, Read(Minimal + yaml).Evaluate);

    [Theory]
    [InlineData("fashion-mnist", DataSource.FashionMnist)]
    [InlineData("imagenet", DataSource.Imagenet)]
    [InlineData("synthetic", DataSource.Synthetic)]
    public void Choices_are_written_in_kebab_case(string written, DataSource source) =>
        Assert.Equal(source, Read(Minimal.Replace("synthetic", written)).Data.Source);

    [Fact]
    public void All_errors_come_at_once_in_the_order_of_the_file()
    {
        const string Yaml = """
            sed: 1
            data: { source: fashion, labels: 0, image: big }
            encoder:
              width: wide
              stem: smal
            pretrain:
              augment: { crop: [0, 2], flip: "0.5" }
            """;
        Assert.Equal(
            [
                (1, "SCLR004"),
                (1, "SCLR005"),
                (2, "SCLR008"),
                (2, "SCLR007"),
                (2, "SCLR006"),
                (3, "SCLR005"),
                (4, "SCLR006"),
                (5, "SCLR008"),
                (7, "SCLR007"),
                (7, "SCLR007"),
                (7, "SCLR006"),
            ],
            ErrorsOf(Yaml).Select(static error => (error.Span.Line, error.Id))
        );
    }

    [Fact]
    public void All_broken_rules_come_at_once()
    {
        const string Yaml = """
            name: a/b
            data: { source: fashion-mnist, image: 32, classes: 3, labels: 105 }
            encoder: { resnet: 34, width: 0.3, selective_kernel: true }
            pretrain: { optimizer: { lars: {}, sgd: {}, warmup: 900 } }
            evaluate: { knn: { k: 90000 } }
            finetune: { batch: 64, from_head_layer: 4 }
            """;
        Assert.Equal(
            ["SCLR010", "SCLR012", "SCLR011", "SCLR014", "SCLR015", "SCLR017", "SCLR018", "SCLR019", "SCLR024", "SCLR021"],
            ErrorsOf(Yaml).Select(static error => error.Id)
        );
    }

    [Fact]
    public void An_error_names_its_key() =>
        Assert.Equal("pretrain.head.layers", ErrorOf(Minimal + "pretrain: { batch: 64, head: { layers: 9 } }").Path);

    [Fact]
    public void The_culture_of_the_machine_changes_nothing_that_is_read()
    {
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat = new()
        {
            NumberDecimalSeparator = ",",
            NumberGroupSeparator = ".",
            PercentSymbol = "pct",
            NegativeSign = "~",
        };
        var expected = (Texts(), ErrorOf(Minimal + "pretrain: { batch: 64, temperature: -0.5 }"));
        try
        {
            CultureInfo.CurrentCulture = comma;
            Assert.Equal("0,5", $"{0.5}");
            Assert.Equal(expected, (Texts(), ErrorOf(Minimal + "pretrain: { batch: 64, temperature: -0.5 }")));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        static string Texts() =>
            SpecWriter.Write(Read(FashionMnist)) + SpecHash.Of(Read(FashionMnist)) + SchemaWriter.JsonSchema() + ReferenceWriter.Markdown();
    }

    [Fact]
    public void Nodes_that_do_not_come_from_YAML_are_bound_alike()
    {
        var at = SourceSpan.StartOf("Experiments.cs");
        SpecNode.Entry Entry(string key, SpecNode value) => new(key, at, value);
        SpecNode Scalar(string text) => new SpecNode.Scalar(text, Quoted: false, at);
        var root = new SpecNode.Map(
            [
                Entry("name", new SpecNode.Scalar("tiny", Quoted: true, at)),
                Entry("data", new SpecNode.Map([Entry("source", Scalar("synthetic"))], at)),
                Entry("encoder", new SpecNode.Map([Entry("resnet", Scalar("18"))], at)),
                Entry("evaluate", new SpecNode.Map([Entry("supervised", Scalar(""))], at)),
            ],
            at
        );
        Assert.Equal(Tiny, SpecReader.FromNode(root).Match(Succ: static spec => spec, Fail: static _ => Tiny with { Name = "failed" }));
    }
}
