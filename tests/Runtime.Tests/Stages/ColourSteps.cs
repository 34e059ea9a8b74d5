using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Stages;

/// <summary>Steps of a linear network that learns colours in one step, and remembers what it was given.</summary>
internal sealed class ColourSteps
{
    /// <summary>The key of each step.</summary>
    internal List<ulong> Keys { get; } = [];

    /// <summary>The brightness of each image that was learned from, in order.</summary>
    internal List<int> Seen { get; } = [];

    /// <summary>Steps on images with their labels.</summary>
    internal Step<Dense.Params, NoState, LabelledBatch> OnLabels(int batch, int total) =>
        Make<LabelledBatch>(batch, total, labelled => labelled.Images, (labelled, _) => OneHot(labelled.Labels));

    /// <summary>Steps on features with their labels.</summary>
    internal Step<Dense.Params, NoState, FeatureBatch> OnFeatures(int batch, int total) =>
        new Step<Dense.Params, NoState, FeatureBatch, Given>(
            (features, key) =>
            {
                Keys.Add(key.Value);
                return new(features.Values, OneHot(features.Labels));
            },
            Learn,
            static _ => 1,
            batch,
            total
        );

    /// <summary>Steps on what a teacher says of images.</summary>
    internal Step<Dense.Params, NoState, UnlabelledBatch> OnTeacher(Frozen teacher, int batch, int total) =>
        Make<UnlabelledBatch>(batch, total, static unlabelled => unlabelled.Images, (_, images) => teacher.Infer(images));

    /// <summary>The same with labelled images, which are seen and not learned from.</summary>
    internal Step<Dense.Params, NoState, MixedBatch> OnTeacherAndLabels(Frozen teacher, int batch, int total) =>
        Make<MixedBatch>(
            batch,
            total,
            static mixed => mixed.Unlabelled.Images,
            (mixed, images) =>
            {
                Seen.AddRange(Colours.Brightnesses(mixed.Labelled.Images.ForEvaluation(Colours.Side)));
                return teacher.Infer(images);
            }
        );

    /// <summary>Steps that learn nothing of what they see.</summary>
    internal Step<Dense.Params, NoState, UnlabelledBatch> OnImages(int batch, int total) =>
        Make<UnlabelledBatch>(
            batch,
            total,
            static unlabelled => unlabelled.Images,
            static (_, images) => zeros_like(Colours.Features(images))
        );

    /// <summary>Steps that make the network what <paramref name="after"/> says of the number of steps taken, whatever they see.</summary>
    internal static Step<Dense.Params, NoState, LabelledBatch> Scripted(
        int batch,
        int total,
        Func<int, Dense.Params> after,
        float loss = 0
    ) =>
        new Step<Dense.Params, NoState, LabelledBatch, Given>(
            static (labelled, _) => new(zeros(1), zeros(1)),
            (state, _, _) =>
            {
                var (_, s, momentum, step) = state.Consume(by: nameof(Scripted));
                return (new(after(step + 1), s, momentum, step + 1), new(tensor(loss), zeros(1).mean()));
            },
            static _ => 1,
            batch,
            total
        );

    private Step<Dense.Params, NoState, TBatch> Make<TBatch>(
        int batch,
        int total,
        Func<TBatch, ImageBatch> images,
        Func<TBatch, Tensor, Tensor> target
    ) =>
        new Step<Dense.Params, NoState, TBatch, Given>(
            (given, key) =>
            {
                Keys.Add(key.Value);
                var x = images(given).ForEvaluation(Colours.Side);
                Seen.AddRange(Colours.Brightnesses(x));
                return new(Colours.Features(x), target(given, x));
            },
            Learn,
            static _ => 1,
            batch,
            total
        );

    // The sum of each class's features is its weight: an image's logit is largest for the class whose images have its colour.
    private static (TrainState<Dense.Params, NoState> Next, StepMetrics Out) Learn(
        TrainState<Dense.Params, NoState> state,
        Given given,
        double rate
    )
    {
        var (p, s, momentum, step) = state.Consume(by: nameof(ColourSteps));
        var kernel = p.Kernel + (given.Target.t().mm(given.Features) * rate);
        return (new(new(kernel, p.Bias), s, momentum, step + 1), new(zeros(1).mean(), zeros(1).mean()));
    }

    private static Tensor OneHot(Tensor labels) => nn.functional.one_hot(labels, Colours.Classes).to(ScalarType.Float32);

    private sealed record Given(Tensor Features, Tensor Target) : ITree<Given>
    {
        public Given Map(LeafPath path, LeafMap map) => new(map.Input(path / "features", Features), map.Input(path / "target", Target));
    }
}
