using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Runs;

/// <summary>A change of the data changes the identity of exactly the stages that use what changed.</summary>
public sealed class StageDigestTests : IDisposable
{
    private const string All = "pretrain knn linear supervised finetune self_distill distill";

    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    private static Plan Planned(string extra = "alpha: 1", string supervised = "") =>
        Plan.Of(
            SpecReader
                .ReadYaml(
                    "spec.yaml",
                    $$"""
                    name: digests
                    data: { source: synthetic, image: 8, classes: 2, labels: 4 }
                    encoder: { resnet: 18, width: 0.125 }
                    pretrain: { batch: 16 }
                    evaluate: { knn: { k: 3 }, linear: { batch: 16 }, supervised: { steps: 2, batch: 2, evaluate_every: 1{{supervised}} } }
                    finetune: { batch: 4 }
                    self_distill: { batch: 16 }
                    distill: { student: { resnet: 18, width: 0.125 }, batch: 4, {{extra}} }
                    """
                )
                .Match(Succ: static spec => spec, Fail: static errors => throw new InvalidOperationException(string.Join('\n', errors)))
        );

    private static ExperimentData Images(
        byte unlabelled = 1,
        long known = 0,
        byte labelled = 2,
        long label = 0,
        byte test = 3,
        long tested = 0
    )
    {
        static PixelSet Set(int count, byte first, long label)
        {
            var pixels = zeros([count, 3, 8, 8], dtype: ScalarType.Byte);
            pixels[0, 0, 0, 0] = first;
            return new(pixels, tensor([label, .. Enumerable.Repeat(1L, count - 1)]));
        }

        return new(Set(20, unlabelled, known), Set(4, labelled, label), Set(6, test, tested), 2)
        {
            Draw = (count, _) => new LabelledDraw(Set(count, labelled, label), [], []),
        };
    }

    private static string Changed(Plan plan, ExperimentData now)
    {
        var (a, b) = (StageDigests.Of(plan, Images()).Value(), StageDigests.Of(plan, now).Value());
        return string.Join(' ', a.Keys.Where(stage => StageDigests.Changed(a[stage], b[stage]).Count > 0));
    }

    [Fact]
    public void Equal_data_have_equal_digests() => Assert.Equal("", Changed(Planned(), Images()));

    [Fact]
    public void An_unlabelled_image_changes_pretraining_and_all_that_goes_on_from_it() =>
        Assert.Equal("pretrain knn linear finetune self_distill distill", Changed(Planned(), Images(unlabelled: 9)));

    // Pretraining does not look at labels, so fine-tuning starts from the same network.
    [Fact]
    public void The_label_of_an_unlabelled_image_changes_what_is_measured_with_it() =>
        Assert.Equal("knn linear", Changed(Planned(), Images(known: 1)));

    [Fact]
    public void A_labelled_image_or_its_label_changes_what_learns_from_it()
    {
        Assert.Equal("supervised finetune self_distill distill", Changed(Planned(), Images(labelled: 9)));
        Assert.Equal("supervised finetune self_distill distill", Changed(Planned(), Images(label: 1)));
        Assert.Equal("supervised finetune self_distill distill", Changed(Planned(supervised: ", labels: 2"), Images(label: 1)));
    }

    // The baseline's learning rate and step are chosen on the validation images; no other stage reads them.
    [Fact]
    public void A_validation_image_or_its_label_changes_the_baseline_alone()
    {
        static string ChangedTo(byte image, long label) =>
            string.Join(
                ' ',
                new[] { Held(5, 0), Held(image, label) }.Select(data => StageDigests.Of(Planned(), data).Value()).ToArray() switch
                {
                    [var before, var now] => now.Keys.Where(stage => StageDigests.Changed(before[stage], now[stage]).Count > 0),
                    _ => [],
                }
            );
        static ExperimentData Held(byte image, long label) =>
            Images() with
            {
                Validation = new PixelSet(full([4, 3, 8, 8], image, dtype: ScalarType.Byte), tensor([label, 1L, 1L, 0L])),
            };

        Assert.Equal("", ChangedTo(image: 5, label: 0));
        Assert.Equal("supervised", ChangedTo(image: 6, label: 0));
        Assert.Equal("supervised", ChangedTo(image: 5, label: 1));
    }

    [Fact]
    public void A_test_image_or_its_label_changes_all_that_is_measured_on_it()
    {
        var rest = All["pretrain ".Length..];
        Assert.Equal(rest, Changed(Planned(), Images(test: 9)));
        Assert.Equal(rest, Changed(Planned(), Images(tested: 1)));
    }

    // A network is saved with the names, and predict gives them.
    [Fact]
    public void Another_name_of_a_class_changes_the_networks_that_give_it() =>
        Assert.Equal("finetune self_distill distill", Changed(Planned(), Images() with { ClassNames = ["cat", "dog"] }));

    [Theory]
    [InlineData("alpha: 1", "names of the classes, stage 'self_distill', test images, unlabelled images")]
    [InlineData("alpha: 0.5", "labelled images, names of the classes, stage 'self_distill', test images, unlabelled images")]
    [InlineData("images: labelled", "labelled images, names of the classes, stage 'self_distill', test images")]
    public void A_student_is_made_from_what_it_learns_from(string settings, string parts) =>
        Assert.Equal(parts, string.Join(", ", StageDigests.Of(Planned(settings), Images()).Value()[StageNames.Distill].Keys));

    // What only a part of the pixels shows, and the order, are part of what images are.
    [Fact]
    public void A_digest_sees_each_pixel_each_label_and_the_order()
    {
        var set = new PixelSet(arange(2 * 3 * 8 * 8, dtype: ScalarType.Byte).reshape(2, 3, 8, 8), tensor([0L, 1]));
        var swapped = set.Take([1, 0]);
        Assert.NotEqual(DataDigest.OfImages(set), DataDigest.OfImages(swapped));
        Assert.Equal(DataDigest.OfImages(set), DataDigest.OfImages(swapped.Take([1, 0])));
        Assert.NotEqual(DataDigest.OfImages(set), DataDigest.OfImages(set.Take([0])));
        var other = new PixelSet(set.Pixels, tensor([1L, 0]));
        Assert.Equal(DataDigest.OfImages(set), DataDigest.OfImages(other));
        Assert.NotEqual(DataDigest.OfLabelled(set), DataDigest.OfLabelled(other));
    }

    // Of files their bytes count, and not their names.
    [Fact]
    public void A_digest_of_files_sees_what_is_in_them()
    {
        string Digest(byte red, string name)
        {
            using var folder = new TempFolder();
            foreach (var file in new[] { $"train/a/{name}.png", "train/b/1.png", "test/a/1.png", "test/b/1.png" })
            {
                Directory.CreateDirectory(Path.GetDirectoryName(folder.File(file))!);
                File.WriteAllBytes(
                    folder.File(file),
                    Pictures.Encode(new(1, 1, [file.EndsWith($"{name}.png", StringComparison.Ordinal) ? red : (byte)0, 0, 0]))
                );
            }

            var plan = new DataPlan(DataSource.Folder, folder.Path, 96, 3, 2, 2, 2, Unlabelled: 2, Labels: 2);
            return DataDigest.OfImages(Datasets.Open(plan, Key.FromSeed(1)).Value().Unlabelled);
        }

        Assert.Equal(Digest(5, "x"), Digest(5, "y"));
        Assert.NotEqual(Digest(5, "x"), Digest(6, "x"));
    }

    [Fact]
    public void What_only_the_data_can_tell_is_checked_before_training()
    {
        static PixelSet Some(int labelled) =>
            new(
                zeros([30, 3, 8, 8], dtype: ScalarType.Byte),
                tensor([.. Enumerable.Repeat(0L, labelled), .. Enumerable.Repeat(-1L, 30 - labelled)])
            );
        static ExperimentData Opened(int labelled, int broken = 0) =>
            new(Some(labelled), Some(30), Some(30), 2)
            {
                TrainLabels = labelled,
                Notes = DataNotes.None with { Broken = [.. Enumerable.Repeat(new LeftOut("x", "empty file"), broken)] },
            };
        static Plan With(KnnPlan? knn = null, bool linear = false, int? labels = null)
        {
            var plan = Planned();
            return plan with
            {
                Stages =
                [
                    .. plan.Stages.Where(stage => stage is not KnnPlan && (linear || stage is not LinearPlan)),
                    .. knn is null ? Array.Empty<StagePlan>() : [knn],
                ],
                Data = plan.Data with { TrainImages = 30, Unlabelled = 30, TrainLabels = labels },
            };
        }

        static string Fault(Plan plan, ExperimentData data) => DataRequirements.Checked(plan, data).Error();
        static void Accept(Plan plan, ExperimentData data) => Assert.Same(data, DataRequirements.Checked(plan, data).Value());

        Accept(With(knn: new(10, 0.1)), Opened(labelled: 10));
        Assert.Equal(
            "evaluate.knn.k is 15, but only 10 of the 30 unlabelled images have a label to vote with: use at most 10.",
            Fault(With(knn: new(15, 0.1)), Opened(labelled: 10))
        );
        Assert.StartsWith(
            "evaluate.linear is planned for 30 unlabelled images with a label, but 10 of the 30 have one: write data.train_labels: 10",
            Fault(With(linear: true), Opened(labelled: 10)),
            StringComparison.Ordinal
        );
        Accept(With(linear: true, labels: 10), Opened(labelled: 10));

        // As many may be missing as are broken.
        Accept(With(linear: true), Opened(labelled: 28, broken: 2));
        _ = Fault(With(linear: true), Opened(labelled: 27, broken: 2));
        Accept(With(), Opened(labelled: 0));
    }
}
