using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Objectives;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Training;
using static TorchSharp.torch;
using MemoryBoth = SimClrDsl.Experiments.MemoryBoth;
using MemoryFirst = SimClrDsl.Experiments.MemoryFirst;
using MemoryOnline = SimClrDsl.Experiments.MemoryOnline;

namespace SimClrDsl.Runtime.Tests.Objectives;

/// <summary>The memory in generated steps: what it changes, what it holds, and that without effect it has none.</summary>
public sealed class MemoryNetworkTests
{
    private static readonly Key StepKeys = Key.FromSeed(1);

    [Fact]
    public void Without_queue_and_with_online_features_a_step_is_the_plain_step_to_the_bit()
    {
        var (plain, memory) = (Trials.Pretrain, MemoryTrials.Nothing);
        var (expected, actual) = (plain.Fold(plain.Start(), until: 4), memory.Fold(memory.Start(), until: 4));
        Assert.Equal(Bits(expected.Params), Bits(actual.Params));
        Assert.Equal(Bits(expected.Statistics), Bits(actual.Statistics.Network));
        Assert.Equal(Bits(expected.Momentum), Bits(actual.Momentum));
    }

    // The memory network is the trained one then, and its keys are the trained network's own outputs: only the gradient through them is
    // gone.
    [Fact]
    public void With_decay_0_and_no_queue_the_loss_is_the_plain_loss_to_the_bit()
    {
        var (plain, memory) = (Trials.Pretrain, MemoryTrials.NoGradient);
        var (expected, plainMetrics) = plain.Step.Take(plain.Start(), plain.Batches(0), StepKeys);
        var (actual, metrics) = memory.Step.Take(memory.Start(), memory.Batches(0), StepKeys);
        Assert.Equal(plainMetrics.Loss.item<float>(), metrics.Loss.item<float>());
        Assert.Equal(plainMetrics.Accuracy.item<float>(), metrics.Accuracy.item<float>());
        Assert.Equal(Bits(expected.Statistics), Bits(actual.Statistics.Network));
        Assert.Equal(Bits(expected.Statistics), Bits(actual.Statistics.Memory.State));
        Assert.NotEqual(Bits(expected.Momentum), Bits(actual.Momentum));
    }

    [Fact]
    public void A_memory_starts_as_a_copy_with_random_keys_of_length_one()
    {
        var p = MemoryBoth.ContrastiveNetwork.Init(Key.FromSeed(1));
        var memory = MemoryBoth.PretrainStep.Carry(p, MemoryBoth.ContrastiveNetwork.Start(p), Key.FromSeed(2)).Memory;
        Assert.Equal(Bits(p), Bits(memory.Params));
        Assert.NotSame(p.Head.Layer1.Kernel, memory.Params.Head.Layer1.Kernel);
        Assert.Equal([96, 16], memory.Queue.shape);
        Assert.All(memory.Queue.square().sum(1).Floats(), static length => Assert.Equal(1, length, 1e-5));
        Assert.Equal(0, memory.Queue.mean().item<float>(), 0.05);
        Assert.Equal(Bits(memory), Bits(MemoryBoth.PretrainStep.Carry(p, MemoryBoth.ContrastiveNetwork.Start(p), Key.FromSeed(2)).Memory));
        Assert.NotEqual(
            memory.Queue.Floats(),
            MemoryBoth.PretrainStep.Carry(p, MemoryBoth.ContrastiveNetwork.Start(p), Key.FromSeed(3)).Memory.Queue.Floats()
        );
    }

    [Fact]
    public void The_tensors_of_a_memory_are_named_beside_those_of_the_network()
    {
        var (memory, start) = (MemoryTrials.Both.Start(), Trials.Pretrain.Start());
        var paths = Network.Of(memory.Params, memory.Statistics).Leaves().Select(static leaf => leaf.Path).ToList();
        var plain = Network.Of(start.Params, start.Statistics).Leaves().Select(static leaf => leaf.Path);
        Assert.Empty(plain.Except(paths));
        Assert.Contains("state.memory.params.encoder.stem.conv.kernel", paths);
        Assert.Contains("state.memory.state.head.layer3.mean", paths);
        Assert.Equal("state.memory.queue", paths[^1]);
        Assert.Equal(paths.Count, paths.Distinct().Count());
    }

    // Recomputed from nothing but the trained weights before each step: the moving average, its outputs, their places in the ring.
    [Fact]
    public void The_queue_is_a_ring_of_the_moving_averages_outputs_of_both_views()
    {
        var trial = MemoryTrials.Both;
        var state = trial.Start();
        var queue = state.Statistics.Memory.Queue.Floats();
        var (average, statistics) = (state.Params.Clone(), state.Statistics.Network.Clone());
        for (var step = 0; step < 5; step++)
        {
            average = Average(average, state.Params, 0.9f);
            (var z, statistics) = MemoryBoth.ContrastiveNetwork.Forward(average, statistics, Views(trial.Batches(step), step), Phase.Train);
            var keys = UnitRows(z);
            state = trial.Fold(state, until: step + 1);
            keys.CopyTo(queue, step * 32 % 96 * 16);
            Values.Close(queue, state.Statistics.Memory.Queue.Floats(), 1e-4);
            Values.Close(Bits(statistics), Bits(state.Statistics.Memory.State), 1e-4);
        }

        Values.Close(Bits(average), Bits(state.Statistics.Memory.Params), 1e-5);
        Assert.NotEqual(Bits(state.Params), Bits(state.Statistics.Memory.Params));
    }

    [Fact]
    public void In_one_direction_the_queue_holds_second_views_and_statistics_may_be_averaged()
    {
        var trial = MemoryTrials.First;
        var state = trial.Start();
        var queue = state.Statistics.Memory.Queue.Floats();
        var (average, statistics) = (state.Params.Clone(), state.Statistics.Network.Clone());
        for (var step = 0; step < 5; step++)
        {
            average = Average(average, state.Params, 0.9f);
            statistics = Average(statistics, state.Statistics.Network, 0.9f);
            var second = Views(trial.Batches(step), step).narrow(0, 16, 16);
            var (z, _) = MemoryFirst.ContrastiveNetwork.Forward(average, statistics, second, Phase.Train);
            var keys = UnitRows(z);
            state = trial.Fold(state, until: step + 1);
            keys.CopyTo(queue, step * 16 % 64 * 16);
            Values.Close(queue, state.Statistics.Memory.Queue.Floats(), 1e-4);
        }

        Values.Close(Bits(statistics), Bits(state.Statistics.Memory.State), 1e-5);
    }

    [Fact]
    public void Second_views_alone_may_be_kept_while_both_are_queries()
    {
        var trial = MemoryTrials.Online;
        var state = trial.Start();
        var (average, statistics) = (state.Params.Clone(), state.Statistics.Network.Clone());
        average = Average(average, state.Params, 0.5f);
        var (z, _) = MemoryOnline.ContrastiveNetwork.Forward(average, statistics, Views(trial.Batches(0), 0), Phase.Train);
        var random = state.Statistics.Memory.Queue.Floats();
        var queue = trial.Fold(state, until: 1).Statistics.Memory.Queue.Floats();
        Values.Close(UnitRows(z)[(16 * 16)..], queue[..(16 * 16)], 1e-4);
        Assert.Equal(random[(16 * 16)..], queue[(16 * 16)..]);
    }

    [Fact]
    public void The_loss_of_a_step_is_taken_against_the_queue_as_it_was()
    {
        var trial = MemoryTrials.Both;
        var state = trial.Fold(trial.Start(), until: 2);
        var memory = state.Statistics.Memory;
        var (queue, weights) = (memory.Queue.clone(), Average(memory.Params.Clone(), state.Params, 0.9f));
        var views = Views(trial.Batches(2), 2);
        var (z, _) = MemoryBoth.ContrastiveNetwork.Forward(state.Params, state.Statistics.Network, views, Phase.Train);
        var (k, _) = MemoryBoth.ContrastiveNetwork.Forward(weights, memory.State, views, Phase.Train);
        var expected = Objectives.ContrastiveLoss.Of(z.Rows(), k.Rows(), queue.Rows(), 0.1);
        var (_, metrics) = trial.Step.Take(state, trial.Batches(2), StepKeys.At(2));
        Assert.Equal(expected, metrics.Loss.item<float>(), 1e-3);
    }

    [Fact]
    public void A_memory_stays_in_its_buffers()
    {
        var trial = MemoryTrials.Both;
        var state = trial.Start();
        Tensor[] before = [.. Leaves(state.Statistics.Memory.Params), state.Statistics.Memory.Queue];
        var next = trial.Fold(state, until: 3).Statistics.Memory;
        Tensor[] after = [.. Leaves(next.Params), next.Queue];
        Assert.Equal(before, after, ReferenceEqualityComparer.Instance);
        Assert.All(after, static tensor => Assert.False(tensor.requires_grad));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 0)]
    [InlineData(1_000_000_001, 4)]
    public void Keys_replace_the_oldest_rows(int step, int from)
    {
        var queue = MemoryNetwork.Enqueue(zeros(6, 1), ones(2, 1), step).Floats();
        Assert.Equal(Enumerable.Range(0, 6).Select(i => i >= from && i < from + 2 ? 1f : 0f), queue);
    }

    [Fact]
    public void An_empty_queue_stays_empty() => Assert.Equal(0, MemoryNetwork.Enqueue(zeros(0, 3), ones(2, 3), step: 1).numel());

    // What the generated View does, from the same keys.
    private static Tensor Views(UnlabelledBatch batch, int step) =>
        cat([View(batch.Images, StepKeys.At(step).At(0)), View(batch.Images, StepKeys.At(step).At(1))]).ForNetwork(batch.Compute);

    private static Tensor View(ImageBatch images, Key key) =>
        images
            .RandomCrop(key.At("crop"), side: 16, from: 0.08, to: 1, flip: 0.5)
            .DistortColour(key.At("colour"), strength: 1, probability: 0.8)
            .Grayscale(key.At("grayscale"), probability: 0.2)
            .Clip();

    // By plain arithmetic on numbers.
    private static T Average<T>(T average, T of, float decay)
        where T : class, ITree<T> =>
        average.Zip(of, (a, b) => tensor(a.Floats().Zip(b.Floats(), (x, y) => (decay * x) + ((1 - decay) * y)).ToArray()).reshape(a.shape));

    private static float[] UnitRows(Tensor z) =>
        [
            .. z.Floats()
                .Chunk((int)z.shape[1])
                .SelectMany(static row => row.Select(value => (float)(value / Math.Sqrt(row.Sum(static x => (double)x * x))))),
        ];

    private static float[] Bits<T>(T tree)
        where T : class, ITree<T> => [.. Leaves(tree).SelectMany(static leaf => leaf.Floats())];

    private static IEnumerable<Tensor> Leaves<T>(T tree)
        where T : class, ITree<T> => tree.Leaves().Select(static leaf => leaf.Value);
}
