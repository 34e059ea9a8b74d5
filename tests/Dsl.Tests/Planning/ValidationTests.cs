using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Specs;
using SimClrDsl.Tests.Reading;

namespace SimClrDsl.Tests.Planning;

/// <summary>Images that are held out: how many are left for what.</summary>
public sealed class ValidationTests
{
    private static Plan Of(Amount validation, Amount unlabelled, Amount labels) =>
        Plan.Of(
            SpecSamples.Read(SpecSamples.FashionMnist) with
            {
                Data = new()
                {
                    Source = DataSource.FashionMnist,
                    Validation = validation,
                    Unlabelled = unlabelled,
                    Labels = labels,
                },
            }
        );

    // 60,000 images less 5,000; shares are of what is left, and step counts follow from it: 55000 · 10 / 256 + 1.
    [Fact]
    public void Shares_of_images_are_of_those_that_are_not_held_out()
    {
        var plan = Of(validation: 5000, Amount.All, Amount.Percent(10));
        Assert.Equal((5000, 55000, 5500), (plan.Data.Validation, plan.Data.Unlabelled, plan.Data.Labels));
        Assert.Equal(2149, plan.Pretrain!.Rate.TotalSteps.Value);
        Assert.Equal(6000, Of(Amount.Percent(10), Amount.All, 100).Data.Validation);
    }

    // The paper's rules for all labels and for 1 % hold of what is left.
    [Fact]
    public void All_labels_are_those_of_all_images_that_are_not_held_out()
    {
        static FinetunePlan Finetuned(Amount labels) =>
            Plan.Of(
                SpecSamples.Read(SpecSamples.FashionMnist) with
                {
                    Data = new()
                    {
                        Source = DataSource.FashionMnist,
                        Validation = 5000,
                        Labels = labels,
                    },
                    Finetune = new(),
                }
            ).Finetune!;
        Assert.Equal((0, 30), (Finetuned(Amount.All).FromHeadLayer, Finetuned(Amount.All).Epochs));
        Assert.Equal((1, 60), (Finetuned(Amount.Percent(1)).FromHeadLayer, Finetuned(Amount.Percent(1)).Epochs));
    }

    [Fact]
    public void The_plan_says_how_many_images_are_held_out_and_what_choices_are_made_on()
    {
        var table = PlanTable.Format(Of(validation: 5000, Amount.All, 100));
        Assert.Contains("55,000 unlabelled, 100 labelled, 5,000 held out for validation, 10,000 test images\n", table);
        Assert.Contains("of every 200 steps, on the validation images; ", table);
        Assert.Contains("of every 200 steps, on the test images; ", PlanTable.Format(Of(validation: 0, Amount.All, 100)));
    }

    [Theory]
    [InlineData(
        "validation: 5000, unlabelled: 60000",
        "'data.unlabelled' is 60000, but 5000 of the 60000 training images are held out for validation: use at most 55000."
    )]
    [InlineData(
        "validation: 59000, labels: 2000",
        "'data.labels' is 2000, but 59000 of the 60000 training images are held out for validation: use at most 1000."
    )]
    [InlineData("validation: 60010", "'data.validation' is 60010, which is more than all of the 60000 training images: use at most 60000.")]
    [InlineData(
        "validation: 100%",
        "'data.validation' is 100%, which is all or nearly all of the 60000 training images: use at most 59990, so "
            + "that each class has one to learn from."
    )]
    [InlineData("validation: 1005", "'data.validation' is 1005, but labels are balanced over 10 classes: use 1000 or 1010, or a share.")]
    [InlineData("validation: 2.5", "'data.validation' is 2.5, which is no whole number of the 60000 training images: use a whole number.")]
    [InlineData("validation: 5", "'data.validation' is 5, but labels are balanced over 10 classes: use at least 10, one of each class.")]
    public void A_number_of_images_that_cannot_be_held_out_is_refused(string data, string expected)
    {
        var yaml = $"name: held\ndata: {{ source: fashion-mnist, {data} }}\nencoder: {{ resnet: 18 }}\npretrain: {{ batch: 16 }}\n";
        var error = SpecSamples.ErrorOf(yaml);
        Assert.Equal(expected, error.Message);
    }

    [Fact]
    public void Measuring_on_validation_images_needs_some()
    {
        const string Yaml =
            "name: held\ndata: { source: fashion-mnist }\nencoder: { resnet: 18 }\nevaluate: { on: validation, supervised: {} }\n";
        var error = SpecSamples.ErrorOf(Yaml);
        Assert.Equal(
            "'evaluate.on' is validation, but no images are held out for it: add 'validation:' to data, or remove the key.",
            error.Message
        );
    }
}
