using SimClrDsl.Planning;
using SimClrDsl.Printing;

namespace SimClrDsl.Tests.Reading;

/// <summary>What folders declare, which depends on the stages that use it.</summary>
public sealed class FolderDataTests
{
    private static string Yaml(string data, string stages) =>
        $"name: mine\ndata: {{ source: folder, path: p, image: 32, {data} }}\nencoder: {{ resnet: 18 }}\n{stages}\n";

    private static IEnumerable<string> Keys(string yaml) => SpecSamples.ErrorsOf(yaml).Select(static error => error.Path);

    [Theory]
    [InlineData("folder")]
    [InlineData("shards")]
    public void Images_alone_are_enough_for_pretraining(string source)
    {
        var yaml = Yaml("train_images: 9", "pretrain: { epochs: 2, batch: 4 }").Replace("folder", source, StringComparison.Ordinal);
        var plan = Plan.Of(SpecSamples.Read(yaml));
        Assert.Equal((0, 0, 0, 9), (plan.Data.Classes, plan.Data.TestImages, plan.Data.Labels, plan.Data.Unlabelled));
        Assert.Contains("9 unlabelled images\n", PlanTable.Format(plan), StringComparison.Ordinal);
        Assert.Equal(2 * 9 / 4 + 1, plan.Pretrain!.Rate.TotalSteps.Value);
    }

    [Theory]
    [InlineData("pretrain: { online_linear: {} }")]
    [InlineData("pretrain: {}\nfinetune: {}")]
    [InlineData("pretrain: {}\nevaluate: { knn: {} }")]
    [InlineData("pretrain: {}\nevaluate: { linear: {} }")]
    [InlineData("evaluate: { supervised: {} }")]
    public void A_stage_that_uses_labels_needs_classes_and_test_images(string stages)
    {
        Assert.Superset(new HashSet<string> { "data.classes", "data.test_images" }, Keys(Yaml("train_images: 9000", stages)).ToHashSet());
        Assert.Empty(Keys(Yaml("train_images: 9000, classes: 2, test_images: 2, labels: 900", stages)));
    }

    // 10 images of 30 have a label, and 3 of every 9 that are used without.
    [Theory]
    [InlineData("", 10)]
    [InlineData(", unlabelled: 9", 3)]
    [InlineData(", unlabelled: 50%", 5)]
    public void Evaluation_is_planned_for_the_images_whose_label_is_known(string unlabelled, int bank)
    {
        var data = $"train_images: 30, train_labels: 10, classes: 2, test_images: 4, labels: 4{unlabelled}";
        string Stages(int k, int batch) =>
            $"pretrain: {{ batch: 4 }}\nevaluate: {{ knn: {{ k: {k} }}, linear: {{ epochs: 2, batch: {batch} }} }}";
        var plan = Plan.Of(SpecSamples.Read(Yaml(data, Stages(bank, 2))));
        Assert.Equal((bank, bank + 1), (plan.Data.Bank, plan.Linear!.Rate.TotalSteps.Value));
        Assert.Equal(["evaluate.knn.k", "evaluate.linear.batch"], Keys(Yaml(data, Stages(bank + 1, bank + 1))));
        Assert.Contains($"(of {bank} the label is known)", PlanTable.Format(plan), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train_labels: 0", "knn: { k: 1 }", "evaluate.knn")]
    [InlineData("train_labels: 0", "linear: { epochs: 2 }", "evaluate.linear")]
    [InlineData("train_labels: 3, unlabelled: 9", "knn: { k: 1 }", "evaluate.knn")]
    public void Evaluation_without_any_label_is_refused(string data, string evaluate, string path)
    {
        var yaml = Yaml(
            $"train_images: 30, classes: 2, test_images: 4, labels: 2, {data}",
            $"pretrain: {{ batch: 4 }}\nevaluate: {{ {evaluate} }}"
        );
        var error = Assert.Single(SpecSamples.ErrorsOf(yaml), error => error.Path == path);
        Assert.Equal("SCLR072", error.Id);
        Assert.Contains("none of the ", error.Message, StringComparison.Ordinal);
    }

    // Of 30 images 10 have a label: 8 may be held out, so that each of 2 classes keeps one.
    [Theory]
    [InlineData("10", "all or nearly all or more of the 10 that have a label of the 30 training images: use at most 8, so that each")]
    [InlineData("28", "all or nearly all or more of the 10 that have a label of the 30 training images: use at most 8, so that each")]
    [InlineData("90%", "all or nearly all or more of the 10 that have a label of the 30 training images: use at most 8, so that each")]
    public void More_cannot_be_held_out_than_have_a_label(string validation, string says)
    {
        var data = $"train_images: 30, train_labels: 10, classes: 2, test_images: 4, labels: 2, validation: {validation}";
        var error = Assert.Single(SpecSamples.ErrorsOf(Yaml(data, "pretrain: { batch: 2 }\nevaluate: { knn: { k: 2 } }")));
        Assert.Equal(("SCLR013", "data.validation"), (error.Id, error.Path));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_of_too_few_images_ask_for_more_of_them()
    {
        var error = Assert.Single(
            SpecSamples.ErrorsOf(Yaml("train_images: 30, train_labels: 1, classes: 2, test_images: 4, labels: 2", "pretrain: { batch: 4 }"))
        );
        Assert.Equal(
            "'data.labels' is 2, which is more than the 1 that have a label of the 30 training images: "
                + "use 'train_labels' of at least 2, one of each class.",
            error.Message
        );
    }

    [Fact]
    public void A_batch_of_too_few_images_asks_for_more_of_them()
    {
        var error = Assert.Single(SpecSamples.ErrorsOf(Yaml("train_images: 1", "pretrain: { batch: 2 }")));
        Assert.Equal(
            "'pretrain.batch' is 2, but there are only 1 unlabelled images and incomplete batches are dropped: "
                + "a batch has at least 2, so add images.",
            error.Message
        );
    }

    [Fact]
    public void Without_test_images_results_may_be_measured_on_images_held_out()
    {
        const string Stages = "pretrain: { batch: 4 }\nevaluate: { on: validation, knn: { k: 2 } }";
        var plan = Plan.Of(SpecSamples.Read(Yaml("train_images: 30, classes: 2, labels: 4, validation: 4", Stages)));
        Assert.Equal((0, 4, 26), (plan.Data.TestImages, plan.Data.Validation, plan.Data.Bank));
        Assert.Equal(
            ["data.test_images"],
            Keys(Yaml("train_images: 30, classes: 2, labels: 4, validation: 4", Stages.Replace("on: validation, ", "")))
        );
    }

    [Fact]
    public void Neighbours_are_refused_by_the_number_that_has_a_label()
    {
        var data = "train_images: 30, train_labels: 10, classes: 2, test_images: 4, labels: 4, validation: 4";
        var errors = SpecSamples.ErrorsOf(Yaml(data, "pretrain: { batch: 4 }\nevaluate: { knn: { k: 7 } }"));
        Assert.Equal(
            "'evaluate.knn.k' is 7, but there are only 6 unlabelled images whose label is known: use at most 6.",
            Assert.Single(errors).Message
        );
    }

    [Fact]
    public void There_are_no_more_labels_than_images_with_one()
    {
        var errors = SpecSamples.ErrorsOf(
            Yaml("train_images: 30, train_labels: 10, classes: 2, test_images: 4, labels: 12", "pretrain: { batch: 4 }")
        );
        Assert.Equal(
            "'data.labels' is 12, which is more than the 10 that have a label of the 30 training images: use at most 10.",
            Assert.Single(errors).Message
        );
        Assert.Equal(
            ["data.train_labels"],
            Keys(Yaml("train_images: 30, train_labels: 31, classes: 2, test_images: 4, labels: 4", "pretrain: { batch: 4 }"))
        );
    }

    [Fact]
    public void A_classifier_beside_pretraining_needs_every_label() =>
        Assert.Equal(
            ["pretrain.online_linear"],
            Keys(
                Yaml(
                    "train_images: 30, train_labels: 10, classes: 2, test_images: 4, labels: 4",
                    "pretrain: { batch: 4, online_linear: {} }"
                )
            )
        );

    [Fact]
    public void Sources_that_know_their_images_take_no_count_of_labels() =>
        Assert.Equal(
            ["data.train_labels"],
            Keys("name: tiny\ndata: { source: cifar10, train_labels: 5 }\nencoder: { resnet: 18 }\npretrain: { batch: 64 }\n")
        );
}
