using SimClrDsl.Generators.Frontend;
using SimClrDsl.Generators.Tests.Harness;
using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Tests;

/// <summary>An experiment declared as a C# property is read, not run.</summary>
public sealed class RecordTests
{
    private const string Start = """
        #nullable enable
        using SimClrDsl.Specs;

        public static class Specs
        {
            private const double Narrow = 0.125;

            public static readonly int Field = 3;

            public static Spec Make() => Base with { Encoder = new() { ResNet = 18, Width = Narrow } };

            public static Spec Base => new()
            {
                Name = "base",
                Data = new() { Source = DataSource.Synthetic },
                Encoder = new() { ResNet = 18 },
                Evaluate = new() { Supervised = new() },
            };

            [Experiment]
        """;

    [Fact]
    public void A_record_means_what_its_YAML_means()
    {
        var spec = SpecOf(
            """
            public static Spec Whole { get; } = new Spec
            {
                Name = "fashion-mnist",
                Data = new() { Source = DataSource.FashionMnist, Unlabelled = 20_000, Labels = Labels.PerClass * 10 },
                Encoder = Networks.Small,
                Pretrain = new()
                {
                    Head = new() { Layers = 3, Out = 1 << 7 },
                    Epochs = 10,
                    Batch = 256,
                    Temperature = 0.2,
                    Augment = new() { Crop = new(0.2, 1), Flip = 0.5, Colour = new() { Strength = 0.5 }, Blur = 0.1 },
                    Optimizer = new()
                    {
                        Lars = new() { Lr = 0.1, Scaling = Scaling.Sqrt, WeightDecay = 1e-4 },
                        Warmup = Amount.Percent(5),
                        Schedule = Schedule.Cosine,
                    },
                },
                Evaluate = new()
                {
                    Knn = new() { K = 20 },
                    Linear = new() { Epochs = 20, Batch = 256, Augment = null },
                    Supervised = new() { Steps = 800, Batch = 64, LearningRates = [0.03, 0.1, 0.3] },
                },
                Finetune = new()
                {
                    FromHeadLayer = 1,
                    Epochs = 100,
                    Batch = 64,
                    Optimizer = new() { Sgd = new() { Lr = 0.05, Scaling = Scaling.None } },
                },
                Distill = new()
                {
                    Student = new() { ResNet = 18, Width = Narrow, Stem = Stem.Small },
                    Temperature = 1,
                    Alpha = 1 - 0.1,
                    Epochs = 10,
                    Batch = 256,
                },
            };
            }

            internal static class Labels { public const int PerClass = 10; }

            internal static class Networks
            {
                public static EncoderSpec Small => new() { ResNet = 18, Width = 2 * 0.125, Stem = Stem.Small };
            """
        );
        Assert.Equal(Texts.Read(Texts.FashionMnist), spec);
    }

    [Theory]
    [InlineData("Base with { Seed = 7 }", "seed: 7")]
    [InlineData("Base with { Encoder = Base.Encoder with { Width = 2 } }", null)]
    [InlineData("(Base with { Seed = 7 }) with { Name = \"base\", Seed = 8 }", "seed: 8")]
    [InlineData("Other.Derived", "seed: 9")]
    [InlineData("Other.Derived with { Precision = Precision.Bf16 }", "seed: 9\nprecision: bf16")]
    [InlineData(
        "Base with { Pretrain = new() { Batch = 64, Augment = new() { Crop = new Interval(To: 0.5, From: 0.25) } } }",
        "pretrain: { batch: 64, augment: { crop: [0.25, 0.5] } }"
    )]
    [InlineData(
        "Base with { Pretrain = new() { Batch = 64, Optimizer = new() { Warmup = 2.5 } } }",
        "pretrain: { batch: 64, optimizer: { warmup: 2.5 } }"
    )]
    [InlineData("Base with { Pretrain = null, Seed = default(int) }", "seed: 0")]
    [InlineData(
        "Base with { Data = new() { Source = DataSource.Synthetic, Unlabelled = Amount.All, Labels = Amount.Count(20) } }",
        "data: { source: synthetic, labels: 20 }"
    )]
    [InlineData(
        "Base with { Data = new() { Source = DataSource.Synthetic, Path = nameof(Base) + \"\\\"/x\" } }",
        "data: { source: synthetic, path: 'Base\"/x' }"
    )]
    [InlineData(
        "Base with { Data = new() { Source = DataSource.Synthetic, Path = \"none\" } }",
        "data: { source: synthetic, path: 'none' }"
    )]
    public void Expressions_of_many_kinds_are_read(string expression, string? yaml)
    {
        if (yaml is null)
        {
            AssertError(expression, "SCLR100", "Base.Encoder");
            return;
        }

        var text =
            "name: base\nencoder: { resnet: 18 }\nevaluate: { supervised: {} }\n"
            + (yaml.Contains("data:") ? yaml : $"data: {{ source: synthetic }}\n{yaml}");
        Assert.Equal(Texts.Read(text), SpecOf($"public static Spec One => {expression};"));
    }

    [Theory]
    [InlineData("Base with { Seed = System.DateTime.Now.Day }", "System.DateTime.Now.Day")]
    [InlineData("Base with { Seed = int.Parse(\"3\") }", "int.Parse(\"3\")")]
    [InlineData("Base with { Seed = Narrow > 1 ? Field : 2 }", "Narrow > 1 ? Field : 2")]
    [InlineData(
        "new() { Name = \"base\", Data = { Path = \"x\" }, Encoder = new() { ResNet = 18 }, Pretrain = new() { Batch = 64 } }",
        "Data = { Path = \"x\" }"
    )]
    [InlineData("Make()", "Make()")]
    [InlineData("Base with { Seed = (int)Base.Pretrain!.Batch }", "Base.Pretrain!.Batch")]
    public void An_expression_that_is_not_declarative_is_an_error_at_its_place(string expression, string where) =>
        AssertError(expression, "SCLR100", where);

    [Theory]
    [InlineData("Base with { Pretrain = new() { Batch = 64, Temperature = -1 } }", "SCLR007", "-1")]
    [InlineData("Base with { Encoder = new() { ResNet = 19 } }", "SCLR007", "19")]
    [InlineData("Base with { Name = \"two words\" }", "SCLR010", "\"two words\"")]
    [InlineData("Base with { Pretrain = new() { Batch = 64, Optimizer = new() { Schedule = (Schedule)7 } } }", "SCLR008", "(Schedule)7")]
    [InlineData("Base with { Finetune = new() { Batch = 64 } }", "SCLR020", "Finetune")]
    [InlineData("Base with { Evaluate = new() { Supervised = new() { LearningRates = [] } } }", "SCLR025", "[]")]
    [InlineData(
        "Base with { Data = new() { Source = DataSource.Synthetic, Labels = new Amount(1, AmountUnit.Percent) } }",
        "SCLR006",
        "new Amount(1, AmountUnit.Percent)"
    )]
    [InlineData(
        "Base with { Pretrain = new() { Batch = 64, Augment = new() { Crop = new(0.5, 1) { To = 0.1 } } } }",
        "SCLR006",
        "new(0.5, 1) { To = 0.1 }"
    )]
    public void A_wrong_value_is_an_error_at_its_expression(string expression, string id, string where) =>
        AssertError(expression, id, where);

    [Fact]
    public void All_errors_of_a_record_are_said_at_once() =>
        Assert.Equal(
            ["SCLR007", "SCLR007"],
            Run("public static Spec One => Base with { Seed = -1, Encoder = new() { ResNet = 18, Width = -2 } };")
                .Diagnostics.Select(static error => error.Id)
        );

    [Fact]
    public void An_expression_that_cannot_be_read_hides_no_other_error() =>
        Assert.Equal(
            ["SCLR100", "SCLR007", "SCLR021"],
            Run(
                "public static Spec One => Base with { Seed = int.Parse(\"3\"), Encoder = new() { ResNet = 19 }, "
                    + "Pretrain = new() { Batch = 64 }, Finetune = new() { Batch = 64, FromHeadLayer = 4 } };"
            )
                .Diagnostics.Select(static error => error.Id)
        );

    [Theory]
    [InlineData("public static Spec One => Make() with { Seed = -1 };", "SCLR100", "SCLR007")]
    [InlineData(
        "public static Spec One => Base with { Data = new() { Source = (DataSource)int.Parse(\"3\"), Labels = -1 } };",
        "SCLR100",
        "SCLR007"
    )]
    [InlineData(
        "public static Spec One => Base with { Pretrain = new() { Batch = 64, Augment = new() { Crop = new(Field, 1), Flip = 2 } } };",
        "SCLR100",
        "SCLR007"
    )]
    public void Errors_beside_an_expression_that_cannot_be_read_are_said(string property, params string[] ids) =>
        Assert.Equal(ids.Order(), Run(property).Diagnostics.Select(static error => error.Id).Order());

    [Theory]
    [InlineData("public static Spec One { get; }")]
    [InlineData("public static Spec One { get => Base; }")]
    [InlineData("public static Spec One { get { return Base; } }")]
    public void A_property_without_an_expression_is_an_error(string property)
    {
        var error = Assert.Single(Run(property).Diagnostics);
        Assert.Equal("SCLR100", error.Id);
        // The attribute's line: it belongs to the property.
        Assert.Equal(Start.Count(static letter => letter == '\n'), error.Location.GetLineSpan().StartLinePosition.Line);
    }

    [Theory]
    [InlineData("public static Spec One => One;")]
    [InlineData("public static Spec One => One with { Seed = 2 };")]
    [InlineData("public static Spec One => Two; public static Spec Two => One with { Seed = 2 };")]
    [InlineData("public static Spec One => Base with { Encoder = Loop }; public static EncoderSpec Loop => Loop;")]
    public void A_spec_in_terms_of_itself_is_an_error(string property) =>
        Assert.Equal("SCLR100", Assert.Single(Run(property).Diagnostics).Id);

    [Fact]
    public void The_message_names_the_expression() =>
        Assert.Equal(
            "'Make()' cannot be read at compile time: use constants, 'new', 'with' and references to other specs.",
            Assert.Single(Run("public static Spec One => Make();").Diagnostics).GetMessage()
        );

    [Fact]
    public void An_error_in_a_referenced_file_is_said_there()
    {
        var error = Assert.Single(Run("public static Spec One => Other.Broken;").Diagnostics);
        Assert.Equal("/Other.cs", error.Location.GetLineSpan().Path);
    }

    private static void AssertError(string expression, string id, string where)
    {
        var property = $"public static Spec One => {expression};";
        var error = Assert.Single(Run(property).Diagnostics);
        var source = Source(property);
        Assert.Equal((id, where), (error.Id, source.Substring(error.Location.SourceSpan.Start, error.Location.SourceSpan.Length)));
        var line = error.Location.GetLineSpan();
        Assert.Equal("/Specs.cs", line.Path);
        Assert.Equal(where, source.Split('\n')[line.StartLinePosition.Line].Substring(line.StartLinePosition.Character, where.Length));
    }

    private static Spec SpecOf(string property)
    {
        var outcome = Run(property).ShouldCompile();
        return Assert.Single(Assert.IsType<SweepPlan>(Assert.Single(outcome.Step(StepNames.Plan)).Value).Plans).Spec;
    }

    private static GeneratorOutcome Run(string property) =>
        GeneratorRun
            .Empty.WithSource("/Specs.cs", Source(property))
            .WithSource(
                "/Other.cs",
                """
                using SimClrDsl.Specs;

                public static class Other
                {
                    public static Spec Derived => Root with { Name = "base", Seed = 9 };

                    public static Spec Broken => Root with { Seed = -9 };

                    private static Spec Root { get; } = new()
                    {
                        Name = "root",
                        Data = new() { Source = DataSource.Synthetic },
                        Encoder = new() { ResNet = 18 },
                        Evaluate = new() { Supervised = new() },
                    };
                }
                """
            )
            .Run();

    private static string Source(string property) => $"{Start}\n    {property}\n}}\n";
}
