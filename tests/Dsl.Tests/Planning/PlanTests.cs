using System.Globalization;
using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Specs;
using SimClrDsl.Tests.Reading;

namespace SimClrDsl.Tests.Planning;

/// <summary>The plan as a value: what it is equal to, what it is called, what it does not depend on.</summary>
public sealed class PlanTests
{
    public static TheoryData<string> Names => SpecSamples.VariantNames;

    [Theory]
    [MemberData(nameof(Names))]
    public void Equal_specs_have_equal_plans(string name)
    {
        var (plan, again) = (Plan.Of(SpecSamples.Variants[name]), Plan.Of(SpecSamples.Variants[name] with { }));
        Assert.Equal(plan, again);
        Assert.Equal(plan.GetHashCode(), again.GetHashCode());
        Assert.Equal(PlanTable.Format(plan), PlanTable.Format(again));
    }

    [Fact]
    public void Unequal_specs_have_unequal_plans() =>
        Assert.Equal(SpecSamples.Variants.Count, SpecSamples.Variants.Values.Select(Plan.Of).Distinct().Count());

    [Fact]
    public void Order_comments_and_spaces_of_YAML_change_no_plan()
    {
        const string Same = """
            distill:   { alpha: 1, epochs: 10, temperature: 1, student: { width: 0.125, resnet: 18 } }
            finetune:
              batch: 64 # images
              epochs: 100
              from_head_layer: 1
            evaluate: { supervised: {}, linear: { augment: none, epochs: 20 }, knn: { k: 20 } }
            pretrain:
              optimizer: { schedule: cosine, warmup: "5%", lars: { weight_decay: 0.0001, scaling: sqrt, lr: 1e-1 } }
              augment: { blur: 0, grayscale: 0, colour: { strength: 0.50 }, flip: 0.5, crop: [0.2, 1] }
              temperature: 0.2
              batch: 256
              epochs: 10
              head: { out: 128, layers: 3 }
            encoder: { stem: small, selective_kernel: false, width: 0.25, resnet: 18 }
            data: { labels: 100, unlabelled: 20000, source: fashion-mnist }
            seed: 1
            name: fashion-mnist
            """;
        Assert.Equal(Plan.Of(SpecSamples.Read(SpecSamples.FashionMnist)), Plan.Of(SpecSamples.Read(Same)));
    }

    [Theory]
    [InlineData("fashion-mnist", "FashionMnist")]
    [InlineData("resnet50-2x-sk", "Resnet502xSk")]
    [InlineData("a", "A")]
    [InlineData("A-b--c9", "ABC9")]
    [InlineData("aB", "AB")]
    public void The_name_in_code_is_the_name_without_hyphens(string name, string identifier)
    {
        Assert.Equal(identifier, Plan.IdentifierOf(name));
        Assert.Equal(identifier, Plan.Of(SpecSamples.Tiny with { Name = name }).Identifier);
    }

    [Fact]
    public void The_culture_of_the_machine_changes_no_plan()
    {
        var expected = SpecSamples.Variants.Values.Select(static spec => PlanTable.Format(Plan.Of(spec))).ToArray();
        var before = CultureInfo.CurrentCulture;
        try
        {
            // Made by hand: the tests run without the system's cultures.
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator) = (",", ".");
            culture.NumberFormat.NegativeSign = "−";
            CultureInfo.CurrentCulture = culture;
            Assert.Equal(expected, SpecSamples.Variants.Values.Select(static spec => PlanTable.Format(Plan.Of(spec))));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void An_operation_without_effect_on_the_images_is_not_planned()
    {
        // Grey images have no colour to lose.
        Assert.Equal(
            [typeof(AugmentOp.Crop), typeof(AugmentOp.Colour), typeof(AugmentOp.Clip)],
            Plan.Of(SpecSamples.Read(SpecSamples.FashionMnist)).Pretrain!.View.Select(static op => op.GetType())
        );
        Assert.Equal(
            [typeof(AugmentOp.Crop), typeof(AugmentOp.Colour), typeof(AugmentOp.Chance), typeof(AugmentOp.Clip), typeof(AugmentOp.Chance)],
            Plan.Of(SpecSamples.Tiny with { Pretrain = new() }).Pretrain!.View.Select(static op => op.GetType())
        );
    }

    [Fact]
    public void Supervised_stages_crop_flip_and_perhaps_follow_a_policy()
    {
        var plan = Plan.Of(
            SpecSamples.Tiny with
            {
                Pretrain = new(),
                Finetune = new()
                {
                    Augment = new() { AutoAugment = AutoAugmentPolicy.Cifar10 },
                    LabelSmoothing = 0.1,
                },
                Evaluate = new() { Supervised = new() },
            }
        );
        Assert.Equal(
            [
                new AugmentOp.Crop(plan.Data.Side, new(0.08, 1), 0.5),
                new AugmentOp.Clip(),
                new AugmentOp.AutoAugment(AutoAugmentPolicy.Cifar10),
            ],
            plan.Finetune!.Augment
        );
        Assert.Equal((0.1, 0.0), (plan.Finetune.LabelSmoothing, plan.LabelOnly!.LabelSmoothing));
        Assert.Equal([new AugmentOp.Crop(plan.Data.Side, new(0.08, 1), 0.5), new AugmentOp.Clip()], plan.LabelOnly.Augment);
    }

    [Theory]
    [InlineData(Freeze.None, -1)]
    [InlineData(Freeze.Stem, 0)]
    [InlineData(Freeze.Group3, 3)]
    [InlineData(Freeze.Encoder, 4)]
    public void A_frozen_part_ends_with_a_group(Freeze freeze, int groups)
    {
        var plan = Plan.Of(
            SpecSamples.Tiny with
            {
                Pretrain = new(),
                Finetune = new() { Freeze = freeze },
            }
        ).Finetune!;
        Assert.Equal((groups, FrozenBatchNorm.Inference), (plan.FrozenGroups, plan.FrozenBatchNorm));
    }

    [Theory]
    [InlineData(1e-7, "1E-07")]
    [InlineData(0.1, "0.1")]
    [InlineData(6.4, "6.4")]
    [InlineData(1e-4, "0.0001")]
    public void Numbers_are_written_in_their_shortest_form(double number, string text) => Assert.Equal(text, Numbers.Plain(number));
}
