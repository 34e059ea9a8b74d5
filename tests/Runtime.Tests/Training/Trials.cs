using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;
using Basic18 = SimClrDsl.Experiments.Basic18;
using Bottleneck50 = SimClrDsl.Experiments.Bottleneck50;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>Every kind of generated step.</summary>
internal static class Trials
{
    internal static Trial<Basic18.ContrastiveNetwork.Params, Basic18.ContrastiveNetwork.State, UnlabelledBatch> Pretrain =>
        Of(
            Trainee.Of(Basic18.ContrastiveNetwork.Model),
            Basic18.PretrainStep.Step,
            Synthetic.Unlabelled(side: 16, Basic18.PretrainStep.Batch)
        );

    internal static Trial<Basic18.FinetunedNetwork.Params, Basic18.FinetunedNetwork.State, LabelledBatch> Finetune =>
        Of(Trainee.Of(Basic18.FinetunedNetwork.Model), Basic18.FinetuneStep.Step, Synthetic.Labelled(side: 16, Basic18.FinetuneStep.Batch));

    internal static Trial<Basic18.LabelOnlyNetwork.Params, Basic18.LabelOnlyNetwork.State, LabelledBatch> LabelOnly =>
        Of(
            Trainee.Of(Basic18.LabelOnlyNetwork.Model),
            Basic18.LabelOnlyStep.With(0.1),
            Synthetic.Labelled(side: 16, Basic18.LabelOnlyStep.Batch)
        );

    /// <summary>On features that are there already.</summary>
    internal static Trial<Dense.Params, NoState, FeatureBatch> Linear =>
        new(
            static _ => Network.Of(Dense.Zeros(inputs: 64, classes: 4), NoState.Value),
            Basic18.LinearStep.Step,
            FeatureBatches.Of(
                new(ones(32, 64), arange(32, dtype: ScalarType.Int64).remainder(4)),
                Basic18.LinearStep.Batch,
                Key.FromSeed(2)
            )
        );

    /// <summary>On augmented images under a frozen encoder.</summary>
    internal static Trial<Dense.Params, NoState, LabelledBatch> LinearUnder(Frozen encoder) =>
        new(
            static _ => Network.Of(Dense.Zeros(inputs: 256, classes: 4), NoState.Value),
            Bottleneck50.LinearStep.With(encoder),
            Synthetic.Labelled(side: 32, Bottleneck50.LinearStep.Batch)
        );

    /// <summary>After Eq. 2.</summary>
    internal static Trial<Basic18.StudentNetwork.Params, Basic18.StudentNetwork.State, UnlabelledBatch> Distill(Frozen teacher) =>
        Of(
            Trainee.Of(Basic18.StudentNetwork.Model),
            Basic18.DistillStep.With(teacher),
            Synthetic.Unlabelled(side: 16, Basic18.DistillStep.Batch)
        );

    /// <summary>After Eq. 3, with labels.</summary>
    internal static Trial<Bottleneck50.StudentNetwork.Params, Bottleneck50.StudentNetwork.State, MixedBatch> DistillWithLabels(
        Frozen teacher
    ) =>
        Of(
            Trainee.Of(Bottleneck50.StudentNetwork.Model),
            Bottleneck50.DistillStep.With(teacher),
            Loaders.Mixed(
                Synthetic.Unlabelled(side: 32, Bottleneck50.DistillStep.Batch),
                Synthetic.Labelled(side: 32, Bottleneck50.DistillStep.Batch)
            )
        );

    /// <summary>A teacher, with its leaves to look at afterwards.</summary>
    internal static (Frozen Teacher, IReadOnlyList<Leaf> Leaves) Teacher()
    {
        var network = Fresh(Key.FromSeed(3), Basic18.FinetunedNetwork.Init, Basic18.FinetunedNetwork.Start);
        return (new(x => Basic18.FinetunedNetwork.Infer(network.Params, network.State, x)), network.Leaves());
    }

    /// <summary>The same with bottlenecks.</summary>
    internal static (Frozen Teacher, IReadOnlyList<Leaf> Leaves) BottleneckTeacher()
    {
        var network = Fresh(Key.FromSeed(3), Bottleneck50.FinetunedNetwork.Init, Bottleneck50.FinetunedNetwork.Start);
        return (new(x => Bottleneck50.FinetunedNetwork.Infer(network.Params, network.State, x)), network.Leaves());
    }

    /// <summary>An encoder, with its leaves to look at afterwards.</summary>
    internal static (Frozen Encoder, IReadOnlyList<Leaf> Leaves) Encoder()
    {
        var network = Fresh(Key.FromSeed(3), Bottleneck50.Encoder.Init, Bottleneck50.Encoder.Start);
        return (new(x => Bottleneck50.Encoder.Infer(network.Params, network.State, x)), network.Leaves());
    }

    /// <summary>So many steps of both leave the same parameters, statistics, whatever else they carry, and momentum, to the bit.</summary>
    internal static void Same<TParams, TState, TOtherParams, TOtherState, TBatch>(
        Trial<TParams, TState, TBatch> expected,
        Trial<TOtherParams, TOtherState, TBatch> actual,
        int steps = 4
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TOtherParams : class, ITree<TOtherParams>
        where TOtherState : class, ITree<TOtherState>
    {
        var (a, b) = (expected.Fold(expected.Start(), steps), actual.Fold(actual.Start(), steps));
        Same(a.Params.Leaves(), b.Params.Leaves());
        Same(a.Statistics.Leaves(), b.Statistics.Leaves());
        Same(a.Momentum.Leaves(), b.Momentum.Leaves());
    }

    private static void Same(IReadOnlyList<Leaf> expected, IReadOnlyList<Leaf> actual)
    {
        Assert.Equal(expected.Select(static leaf => leaf.Path), actual.Select(static leaf => leaf.Path));
        Assert.All(
            expected.Zip(actual),
            static pair => Assert.True(Values.Same(pair.Item1.Value, pair.Item2.Value), $"{pair.Item1.Path} differs")
        );
    }

    /// <summary>Gradients, none of them zero, each within the tolerance of the largest value of what is expected.</summary>
    internal static void Close<TParams>(IEnumerable<Tensor> expected, TParams actual, double tolerance)
        where TParams : class, ITree<TParams>
    {
        foreach (var (leaf, gradient) in actual.Leaves().Zip(expected))
        {
            var (scale, off) = (gradient.abs().max().item<double>(), (leaf.Value - gradient).abs().max().item<double>());
            Assert.True(scale > 0 && off <= tolerance * scale, $"{leaf.Path}: off by {off}, values up to {scale}");
        }
    }

    /// <summary>A step, the network it trains with what the step carries, and the batches.</summary>
    internal static Trial<TParams, TCarried, TBatch> Of<TParams, TState, TCarried, TBatch>(
        Trainee<TParams, TState, TCarried> trainee,
        Step<TParams, TCarried, TBatch> step,
        Func<int, TBatch> batches
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TCarried : class, ITree<TCarried> =>
        new(key => Fresh(key, trainee.Model.Init, p => trainee.Carry(p, trainee.Model.Start(p), Key.FromSeed(4))), step, batches);

    /// <summary>Freshly initialised parameters with their first statistics.</summary>
    internal static Network<TParams, TState> Fresh<TParams, TState>(Key key, Func<Key, TParams> init, Func<TParams, TState> start)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var parameters = init(key);
        return Network.Of(parameters, start(parameters));
    }
}
