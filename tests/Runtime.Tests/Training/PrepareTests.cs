using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;
using Files18 = SimClrDsl.Experiments.Files18;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>What generated steps prepare is what they ask for.</summary>
public sealed class PrepareTests
{
    private static readonly Key Step = Key.FromSeed(7);

    private sealed record Recorder : ImageBatch
    {
        public List<RandomCrop> Prepared { get; } = [];

        public List<RandomCrop> Asked { get; } = [];

        public override int Count => 4;

        public override void Prepare(params RandomCrop[] crops) => Prepared.AddRange(crops);

        public override Tensor RandomCrop(Key key, int side, double from, double to, double flip)
        {
            Asked.Add(new(key, side, from, to, flip));
            return full([Count, 3, side, side], 0.5, dtype: ScalarType.Float32, device: CPU);
        }

        public override Tensor ForEvaluation(int side) => throw new NotSupportedException();
    }

    [Fact]
    public void Pretraining_prepares_what_it_asks_for()
    {
        var images = new Recorder();
        Files18.PretrainStep.Prepare(new(images, ScalarType.Float32), Step);
        _ = Files18.PretrainStep.View(images, Step.At(0));
        _ = Files18.PretrainStep.View(images, Step.At(1));
        Assert.Equal(2, images.Prepared.Count);
        Assert.Equal(images.Asked, images.Prepared);
    }

    [Fact]
    public void Fine_tuning_prepares_what_it_asks_for()
    {
        var parameters = Files18.FinetunedNetwork.Init(Key.FromSeed(1));
        PreparesWhatItAsksFor(
            Files18.FinetuneStep.Step,
            TrainState<Files18.FinetunedNetwork.Params, Files18.FinetunedNetwork.State>.Start(
                parameters,
                Files18.FinetunedNetwork.Start(parameters)
            )
        );
    }

    [Fact]
    public void The_label_only_baseline_prepares_what_it_asks_for()
    {
        var parameters = Files18.LabelOnlyNetwork.Init(Key.FromSeed(1));
        PreparesWhatItAsksFor(
            Files18.LabelOnlyStep.With(0.1),
            TrainState<Files18.LabelOnlyNetwork.Params, Files18.LabelOnlyNetwork.State>.Start(
                parameters,
                Files18.LabelOnlyNetwork.Start(parameters)
            )
        );
    }

    [Fact]
    public void Linear_evaluation_of_augmented_images_prepares_what_it_asks_for()
    {
        var encoder = new Frozen(x => zeros([x.size(0), 64], dtype: ScalarType.Float32, device: CPU));
        PreparesWhatItAsksFor(
            Files18.LinearStep.With(encoder),
            TrainState<Dense.Params, NoState>.Start(Dense.Zeros(inputs: 64, classes: 2), NoState.Value)
        );
    }

    [Fact]
    public void Distillation_prepares_what_it_asks_for_of_both_kinds_of_images()
    {
        var (unlabelled, labelled) = (new Recorder(), new Recorder());
        var batch = new MixedBatch(
            new(unlabelled, ScalarType.Float32),
            new(labelled, zeros([4], dtype: int64, device: CPU), ScalarType.Float32)
        );
        var parameters = Files18.StudentNetwork.Init(Key.FromSeed(1));
        Files18.DistillStep.Prepare(batch, Step);
        var teacher = new Frozen(x => zeros([x.size(0), 2], dtype: ScalarType.Float32, device: CPU));
        var state = TrainState<Files18.StudentNetwork.Params, Files18.StudentNetwork.State>.Start(
            parameters,
            Files18.StudentNetwork.Start(parameters)
        );
        _ = Files18.DistillStep.With(teacher).Take(state, batch, Step);
        Assert.Equal(unlabelled.Asked, unlabelled.Prepared);
        Assert.Equal(labelled.Asked, labelled.Prepared);
        Assert.Single(labelled.Prepared);
    }

    [Fact]
    public void Training_is_the_same_to_the_bit_with_batches_made_ahead()
    {
        const int Steps = 4;
        string[] names = ["blocks.jpg", "blocks_progressive.jpg", "blocks_full_colour.jpg", "colour.png", "cmyk.jpg"];
        var files = names.Select(static name => EncodedImage.File(Path.Combine(AppContext.BaseDirectory, "Fixtures", "Pictures", name)));
        var set = new FileSet([.. files], zeros([5], dtype: int64, device: CPU), ViewSide: 72);

        float[][] Train(bool prepared)
        {
            var batches = Loaders.Unlabelled(set, batch: 4, Key.FromSeed(2), CPU, ScalarType.Float32);
            using var prefetcher = new Prefetcher<UnlabelledBatch>(
                step =>
                {
                    var batch = batches(step);
                    Files18.PretrainStep.Prepare(batch, Step.At(step));
                    return batch;
                },
                Steps
            );
            var p = Files18.ContrastiveNetwork.Init(Key.FromSeed(1));
            var end = TrainingLoop.Fold(
                TrainState<Files18.ContrastiveNetwork.Params, Files18.ContrastiveNetwork.State>.Start(
                    p,
                    Files18.ContrastiveNetwork.Start(p)
                ),
                Files18.PretrainStep.Step,
                prepared ? prefetcher.Of : batches,
                Steps,
                Step,
                new(new("pretrain", Images: 5, Batch: 4, Steps), static _ => { })
            );
            return [.. end.Params.Leaves().Select(static leaf => leaf.Value.Floats())];
        }

        Assert.Equal(Train(prepared: false), Train(prepared: true));
    }

    private static void PreparesWhatItAsksFor<TParams, TState>(Step<TParams, TState, LabelledBatch> step, TrainState<TParams, TState> state)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var images = new Recorder();
        var batch = new LabelledBatch(images, zeros([4], dtype: int64, device: CPU), ScalarType.Float32);
        step.Prepare!(batch, Step);
        _ = step.Take(state, batch, Step);
        Assert.Single(images.Prepared);
        Assert.Equal(images.Asked, images.Prepared);
    }
}
