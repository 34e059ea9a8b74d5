using SimClrDsl.Planning;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Tests.Stages;

/// <summary>
/// Which images each stage learns from and is measured on. The splits have no image in common, and what a colour means differs between
/// them, so that a stage which took another split would have another accuracy: the one that each test states.
/// </summary>
public sealed class WiringTests : IDisposable
{
    private readonly ColourSession run = new();
    private readonly ColourSteps steps = new();

    public void Dispose() => run.Dispose();

    private static FrozenNetwork Encoder => StageRun.Frozen(Colours.Features);

    // What the bank calls a colour is what is found; what the labelled and the test images call it is not looked up.
    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.0)]
    public void Neighbours_are_looked_for_among_the_unlabelled_images_and_of_the_test_images(int test, double right)
    {
        run.Session.Knn(Encoder, Colours.Data(unlabelled: 0, labelled: 1, validation: 2, test), k: 3, temperature: 0.1);
        Assert.Equal(right, Assert.Single(run.Rows).Top1);
        Assert.Equal("k 3, temperature 0.1, bank of 12 images with labels, frozen encoder", run.Rows[0].Protocol);
        var guess = right == 0 ? "kNN: warning: that is no better than a guess among 3 classes.\n" : "";
        Assert.EndsWith($"kNN: top-1 {100 * right:F2} %\n{guess}", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.0)]
    public void Linear_evaluation_learns_from_the_unlabelled_images_and_is_measured_on_the_test_images(int test, double right)
    {
        var data = Colours.Data(unlabelled: 0, labelled: 1, validation: 2, test);
        run.Session.Linear(Encoder, data, static () => Dense.Zeros(3, 3), steps.OnFeatures(batch: 12, total: 1));
        using var other = new ColourSession();
        other.Session.Linear(Encoder, data, static () => Dense.Zeros(3, 3), _ => steps.OnLabels(batch: 12, total: 1));
        Assert.Equal([right, right], run.Rows.Concat(other.Rows).Select(static row => row.Top1));
        Assert.Equal(Split(Colours.Unlabelled), steps.Seen.Order());
    }

    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(0, 0.0)]
    [InlineData(2, 0.0)]
    public void Fine_tuning_learns_from_the_labelled_images_and_is_measured_on_the_test_images(int test, double right)
    {
        _ = run.Session.Finetune(
            Colours.Data(unlabelled: 0, labelled: 1, validation: 2, test),
            Colours.Model,
            static () => Network.Of(Dense.Zeros(3, 3), NoState.Value),
            steps.OnLabels(batch: 6, total: 1)
        );
        Assert.Equal(right, Assert.Single(run.Rows).Top1);
        Assert.Equal(Split(Colours.Labelled), steps.Seen.Order());
    }

    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(0, 0.0)]
    [InlineData(2, 0.0)]
    public void The_label_only_baseline_learns_from_the_labelled_images_and_is_measured_on_the_test_images(int test, double right)
    {
        run.Session.LabelOnly(
            Colours.Data(unlabelled: 0, labelled: 1, validation: null, test),
            Colours.Model,
            _ => steps.OnLabels(batch: 6, total: 1),
            rates: [1],
            evaluateEvery: 1
        );
        Assert.Equal(right, Assert.Single(run.Rows).Top1);
        Assert.Equal(Split(Colours.Labelled), steps.Seen.Order());
        Assert.Equal("6 labels from scratch, rate 1, step 1 of 1", run.Rows[0].Protocol);
    }

    // The teacher calls colours as the labelled images do, and the student whatever its teacher does.
    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(0, 0.0)]
    [InlineData(2, 0.0)]
    public void A_student_learns_from_its_teacher_on_the_unlabelled_images_and_is_measured_on_the_test_images(int test, double right)
    {
        var data = Colours.Data(unlabelled: 0, labelled: 2, validation: 2, test);
        var teacher = StageRun.Frozen(static x => Colours.Infer(Colours.Answering(1), NoState.Value, x));
        _ = run.Session.SelfDistill(teacher, data, Colours.Model, frozen => steps.OnTeacher(frozen, batch: 12, total: 1));
        _ = run.Session.Distill(teacher, data, Colours.Model, frozen => steps.OnTeacher(frozen, batch: 12, total: 1));
        Assert.Equal([("self-distilled", right), ("distilled", right)], run.Rows.Select(static row => (row.Title, row.Top1!.Value)));
        Assert.Equal(Split(Colours.Unlabelled).SelectMany(static id => new[] { id, id }), steps.Seen.Order());
    }

    [Fact]
    public void The_label_term_of_distillation_is_of_the_labelled_images()
    {
        var data = Colours.Data(test: 1);
        var teacher = StageRun.Frozen(static x => Colours.Infer(Colours.Answering(1), NoState.Value, x));
        run.Session.Distill(teacher, data, Colours.Model, frozen => steps.OnTeacherAndLabels(frozen, batch: 12, total: 1), labelBatch: 6);
        Assert.Equal(1, Assert.Single(run.Rows).Top1);
        Assert.Equal([.. Split(Colours.Unlabelled), .. Split(Colours.Labelled)], steps.Seen.Order());
    }

    [Fact]
    public void A_student_of_labelled_images_alone_sees_no_other()
    {
        var data = Colours.Data(test: 1);
        run.Session.DistillOnLabelled(
            StageRun.Frozen(static x => Colours.Infer(Colours.Answering(1), NoState.Value, x)),
            data,
            Colours.Model,
            _ => steps.OnLabels(batch: 6, total: 1)
        );
        Assert.Equal(Split(Colours.Labelled), steps.Seen.Order());
        Assert.Equal("student, 6 labelled images, 1 steps, last step", Assert.Single(run.Rows).Protocol);
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.0)]
    public void A_classifier_beside_pretraining_learns_from_the_unlabelled_images_and_is_measured_on_the_test_images(int test, double right)
    {
        run.Session.PretrainOnline(
            Colours.Data(unlabelled: 0, labelled: 1, validation: 2, test),
            Colours.Model,
            steps.OnLabels(batch: 12, total: 1),
            Colours.Infer
        );
        Assert.Equal(right, Assert.Single(run.Rows).Top1);
        Assert.Equal(Split(Colours.Unlabelled), steps.Seen.Order());
    }

    // Without their names in the keys, stages would begin with the same weights, take the same images in the same order, and distort them
    // alike.
    [Fact]
    public void Stages_draw_weights_orders_and_steps_of_their_own()
    {
        var data = Colours.Data(labelled: 1, test: 1);
        var (session, weights) = (run.Session, new List<ulong>());
        var teacher = StageRun.Frozen(static x => Colours.Infer(Colours.Answering(1), NoState.Value, x));
        var stages = StageNames.All.ToDictionary(static stage => stage, static _ => new ColourSteps());
        Dense.Params Init(Key key)
        {
            weights.Add(key.Value);
            return Dense.Zeros(3, 3);
        }

        var model = Colours.Model with { Init = Init };
        _ = session.Pretrain(data, model, stages[StageNames.Pretrain].OnImages(batch: 12, total: 2));
        session.Linear(Encoder, data, static () => Dense.Zeros(3, 3), _ => stages[StageNames.Linear].OnLabels(batch: 12, total: 2));
        session.LabelOnly(data, model, _ => stages[StageNames.Supervised].OnLabels(batch: 6, total: 2), [1], evaluateEvery: 2);
        _ = session.Finetune(
            data,
            model,
            static () => Network.Of(Dense.Zeros(3, 3), NoState.Value),
            stages[StageNames.Finetune].OnLabels(batch: 6, total: 2)
        );
        _ = session.SelfDistill(teacher, data, model, frozen => stages[StageNames.SelfDistill].OnTeacher(frozen, batch: 12, total: 2));
        _ = session.Distill(teacher, data, model, frozen => stages[StageNames.Distill].OnTeacher(frozen, batch: 12, total: 2));

        var trained = stages.Where(static stage => stage.Key != StageNames.Knn).Select(static stage => stage.Value).ToList();
        var keys = trained.SelectMany(static stage => stage.Keys).ToList();
        Assert.Equal(12, keys.Count); // two steps of six stages
        Assert.Equal(12, keys.Distinct().Count());
        Assert.Equal(4, weights.Distinct().Count()); // of the stages that start from scratch
        Assert.Equal(6, trained.Select(static stage => string.Join(' ', stage.Seen)).Distinct().Count());
        Assert.All(trained, static stage => Assert.NotEqual(stage.Seen[..(stage.Seen.Count / 2)], stage.Seen[(stage.Seen.Count / 2)..]));
    }

    private static IEnumerable<int> Split(Range brightnesses) =>
        Enumerable.Range(brightnesses.Start.Value, brightnesses.End.Value - brightnesses.Start.Value);
}
