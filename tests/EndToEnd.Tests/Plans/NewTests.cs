using SimClrDsl.Cli.NewSpecs;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Tests;

namespace SimClrDsl.EndToEnd.Tests.Plans;

/// <summary>From a folder of images to a spec that runs.</summary>
public sealed class NewTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    private void Put(string name, int side = 12, byte shade = 200)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(place.At(name))!);
        var pixels = Enumerable.Range(0, 3 * side * side).Select(i => (byte)((i * 37 % 50) + (i % 3 == shade % 3 ? 200 : 0))).ToArray();
        File.WriteAllBytes(place.At(name), Pictures.Encode(new(side, side, pixels)));
    }

    private void Images(string part, int count, params string[] classes)
    {
        foreach (var (label, name) in classes.Index())
        {
            for (var i = 0; i < count; i++)
            {
                Put($"{part}/{name}/{i:d2}.png", shade: (byte)label);
            }
        }
    }

    [Fact]
    public void The_next_command_can_be_typed_as_it_is_printed()
    {
        Images("train", 3, "cat", "dog");
        place.Simclr("new", ".", "--out", "it's mine.yaml").Succeeded().Shows("next: simclr run 'it'\\''s mine.yaml'");
        place.Simclr("new", ".", "--out", "mine.yaml").Succeeded().Shows("next: simclr run mine.yaml");
    }

    [Fact]
    public void A_new_spec_is_accepted_and_runs_at_once()
    {
        Images("my pictures/train", 5, "cat", "dog");
        Images("my pictures/test", 2, "cat", "dog");
        Images("my pictures/unlabelled", 6, "");
        File.WriteAllBytes(place.At("my pictures/train/cat/00.png"), []);
        File.WriteAllText(place.At("my pictures/train/dog/notes.txt"), "");
        var made = place.Simclr("new", "my pictures").Succeeded();
        made.Shows(
            "10 training images in 2 classes (cat 5, dog 5), 6 without a label, 4 test images",
            "shorter side 12 px",
            "1 broken image: train/cat/00.png (empty file)",
            "passed over, as no image of the data set: 1 .txt file",
            "my-pictures.yaml: ResNet-18 of width"
        );
        var text = place.Read("my-pictures.yaml");
        Assert.All(
            ["image: 32 ", "classes: 2 ", "train_images: 16 ", "train_labels: 10 ", "test_images: 4\n", "skip_broken: 1 ", "labels: 8 "],
            line => Assert.Contains($"  {line}", text, StringComparison.Ordinal)
        );
        Assert.Contains("path: \"my pictures\"\n", text, StringComparison.Ordinal);
        place
            .Simclr("check", "my-pictures.yaml", "--data")
            .Succeeded()
            .Shows("15 unlabelled images, of which 9 have a label; 8 labelled and 4 test");
        place.Simclr("run", "my-pictures.yaml", "--smoke").Succeeded().Shows("runs: pretrain, knn, supervised, finetune.");
    }

    // Of few images the paper's small crops and a high rate for fine-tuning leave little; a student learns nothing from them.
    [Theory]
    [InlineData(998, true)]
    [InlineData(999, false)]
    public void Few_images_have_a_recipe_of_their_own(int unlabelled, bool few)
    {
        for (var i = 0; i < unlabelled; i++)
        {
            Put($"photos/unlabelled/{i:d4}.png", shade: 1);
        }

        Images("photos/train", 1, "cat", "dog");
        Images("photos/test", 1, "cat", "dog");
        place.Simclr("new", "photos", "--minutes", "1000000").Succeeded();
        var text = place.Read("photos.yaml");
        Assert.Equal(few, text.Contains("crop: [0.5, 1.0], colour: { strength: 1.0 }", StringComparison.Ordinal));
        Assert.Equal(few, text.Contains("lr: 0.003, ", StringComparison.Ordinal));
        Assert.Equal(few, !text.Contains("\ndistill:", StringComparison.Ordinal));
        // As many passes as make 100,000 images: of 1,001 images a quarter of pretraining's 199 would be too few for a student.
        Assert.Equal(few, !text.Contains("\n  epochs: 99  ", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_test_images_results_are_measured_on_images_held_out()
    {
        Images("animals", 6, "cat", "dog", "owl");
        place.Simclr("new", "animals", "--out", "specs/mine.yaml", "--minutes", "1").Succeeded();
        var text = place.Read("specs/mine.yaml");
        Assert.Contains("  on: validation ", text, StringComparison.Ordinal);
        Assert.Contains("  validation: 3 ", text, StringComparison.Ordinal);
        Assert.Contains("  labels: 100% ", text, StringComparison.Ordinal);
        Assert.Contains($"path: \"{place.At("animals")}\"", text, StringComparison.Ordinal);
        place
            .Simclr("check", "specs/mine.yaml", "--data")
            .Succeeded()
            .Shows("15 unlabelled images, of which 15 have a label; 15 labelled and 3 test");
        place.Simclr("run", "specs/mine.yaml", "--smoke").Succeeded().Shows("fine-tuned: measured");
    }

    [Fact]
    public void A_time_that_is_too_short_to_learn_in_is_said_to_be_so()
    {
        Images("animals", 6, "cat", "dog", "owl");
        place.Simclr("new", "animals", "--minutes", "0.0001").Succeeded().Shows("1 epochs; next", "These are too few epochs to learn much");
        var enough = place.Simclr("new", "animals", "--minutes", "1000000", "--out", "long.yaml").Succeeded();
        Assert.DoesNotContain("too few", enough.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_alone_are_pretrained_on()
    {
        Images("photos", 5, ".");
        place.Simclr("new", "photos").Succeeded().Shows("5 images without a label");
        var text = place.Read("photos.yaml");
        Assert.DoesNotContain("finetune", text, StringComparison.Ordinal);
        Assert.DoesNotContain("classes", text, StringComparison.Ordinal);
        place.Simclr("check", "photos.yaml", "--data").Succeeded();
        place.Simclr("run", "photos.yaml", "--smoke").Succeeded().Shows("runs: pretrain.");
    }

    [Fact]
    public void A_folder_that_cannot_be_used_and_a_file_that_exists_are_told()
    {
        place.Refuses(["new", "nowhere"]).Says("there is no folder");
        place.With("empty/notes.txt", "").Refuses(["new", "empty"]).Says("has no image");
        Images("one", 3, "cat");
        place.Refuses(["new", "one"]).Says("holds the one class 'cat'");
        Images("few", 1, "cat", "dog");
        place.Refuses(["new", "few"]).Says("has no test images and only 1 of class 'cat'");
        Images("broken/train", 3, "cat", "dog");
        Images("broken/test", 1, "cat", "dog");
        File.WriteAllBytes(place.At("broken/test/cat/00.png"), []);
        place.Refuses(["new", "broken"]).Says("test images must be whole, but test/cat/00.png (empty file) cannot be read");
        place.With("broken.yaml", "mine").Refuses(["new", "broken"]).Says("broken.yaml exists: give another file by --out");
        place.Refuses(["new", "broken", "--minutes", "0", "--out", "x.yaml"]).Says("--minutes must be a number above 0");
    }

    // Counted where they are left out, also with settings of the command line; said where the folder is not there.
    [Fact]
    public void Counts_that_a_spec_leaves_out_are_counted()
    {
        Images("images/train", 4, "cat", "dog");
        Images("images/test", 1, "cat", "dog");
        Images("images/unlabelled", 3, "");
        place.With(
            "spec.yaml",
            """
            name: counted
            data: { source: folder, path: images, image: 32, labels: 4 }
            encoder: { resnet: 18, width: 0.125 }
            pretrain: { epochs: 1, batch: 4 }
            evaluate: { knn: { k: 3 } }

            """
        );
        place
            .Simclr("check", "spec.yaml", "--data")
            .Succeeded()
            .Shows("11 unlabelled images, of which 8 have a label; 4 labelled and 2 test");
        place
            .Simclr("plan", "spec.yaml")
            .Succeeded()
            .Shows("2 classes; 11 unlabelled (of 8 the label is known), 4 labelled, 2 test images");
        place
            .Refuses(["check", "spec.yaml", "--data", "--set", "data.train_images=12"])
            .Says("has 11 train images, but the experiment is planned for 12");
        place.Simclr("plan", "spec.yaml", "--set", "evaluate=none").Succeeded().Shows("11 unlabelled images");
        Images("others/train", 6, "cat", "dog", "owl");
        Images("others/test", 1, "cat", "dog", "owl");
        place
            .Simclr("plan", "spec.yaml", "--set", "data={ source: folder, path: others, image: 32, labels: 6 }")
            .Succeeded()
            .Shows("3 classes; 18 unlabelled, 6 labelled, 3 test images");
        place.Refuses(["plan", "spec.yaml", "--set", "data=x"]).Says("'data' must be a map of keys, but is the text 'x'");
        place
            .Refuses(["plan", "spec.yaml", "--set", "data.path=elsewhere"], lines: 3)
            .Says(
                "'data.train_images' is missing: add 'train_images:' with the number of its training images, which is counted only where the folder is found."
            );
    }

    private static FolderSurvey Survey(int train, int side, params string[] classes)
    {
        ClassCount[] counts = [.. classes.Select(name => new ClassCount(name, train, Test: 10))];
        var images = classes.Length == 0 ? train : train * classes.Length;
        return new("/pictures", new(counts, images, 10 * classes.Length), IsPlain: false, [], [], counts, [], [side, side, side]);
    }

    private static (SpecProposal Proposal, double Seconds) Proposed(FolderSurvey survey, MachineBudget machine) =>
        SpecProposal.For("mine", "pictures", survey, machine).Value();

    private static readonly MachineBudget Usual = new(MultiplyAddsASecond: 1e11, MemoryBytes: 8e9, Seconds: 1800);

    [Fact]
    public void More_time_gives_larger_images_or_a_wider_network_within_the_time()
    {
        var survey = Survey(300, side: 180, "a", "b", "c");
        double[] times = [60, 600, 6000, 60000];
        var proposals = Array.ConvertAll(times, seconds => Proposed(survey, Usual with { Seconds = seconds }));
        var sizes = Array.ConvertAll(proposals, static one => (one.Proposal.Side, one.Proposal.Width));
        Assert.All(Enumerable.Range(1, 3), i => Assert.True(proposals[i].Seconds <= times[i]));
        Assert.All(Enumerable.Range(1, 3), i => Assert.True(sizes[i - 1].CompareTo(sizes[i]) <= 0, string.Join(", ", sizes)));
        Assert.NotEqual(sizes[0], sizes[^1]);
        Assert.Equal((160, 1.0), sizes[^1]);
    }

    [Fact]
    public void Little_memory_and_little_time_still_give_a_spec()
    {
        var survey = Survey(5000, side: 300, "a", "b");
        var (proposal, seconds) = Proposed(survey, Usual with { Seconds = 5 });
        Assert.Equal((32, 0.125), (proposal.Side, proposal.Width));
        Assert.True(seconds <= 5 || proposal.Epochs == 1);
        var small = Proposed(survey, Usual with { MemoryBytes = 3e7 }).Proposal;
        Assert.True(small.Batch < 256);
        Assert.True(StageCost.Of(Plan.Of(small.Spec)).Max(static stage => stage.Bytes) <= 3e7);
    }

    [Theory]
    [InlineData(4, 3, 20, "a", "b")]
    [InlineData(4, 40, 28, "a", "b", "c")]
    [InlineData(5, 1000, 500, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k")]
    [InlineData(5, 100_000, 64, "a", "b")]
    [InlineData(1, 2, 8)]
    [InlineData(1, 50_000, 224)]
    public void Every_proposal_keeps_every_rule(int stages, int train, int side, params string[] classes)
    {
        // Reading it throws where a rule is broken.
        var proposal = Proposed(Survey(train, side, classes), Usual).Proposal;
        var plan = Plan.Of(proposal.Spec);
        Assert.Equal(stages, plan.Stages.Count);
        Assert.True(proposal.Side <= Math.Max(32, side));
    }

    [Theory]
    [InlineData("my pictures", "my-pictures")]
    [InlineData("2024", "my-2024")]
    [InlineData("数字", "images")]
    [InlineData("system", "my-system")]
    [InlineData("-a_b-", "a-b")]
    public void A_folders_name_becomes_that_of_an_experiment(string folder, string name) => Assert.Equal(name, ExperimentName.Of(folder));

    [Fact]
    public void One_image_is_too_few() =>
        Assert.Contains("a batch needs two", SpecProposal.For("mine", "pictures", Survey(1, 32), Usual).Error(), StringComparison.Ordinal);
}
