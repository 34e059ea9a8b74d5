using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Objectives;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Training;
using static TorchSharp.torch;
using Basic18 = SimClrDsl.Experiments.Basic18;
using Micro18 = SimClrDsl.Experiments.Micro18;

namespace SimClrDsl.Runtime.Tests.Autograd;

/// <summary>Microbatches give the gradient of the whole batch's loss, one at a time. Counts tensors, so nothing else may run.</summary>
[Collection(nameof(MemoryTests))]
public sealed class MicrobatchTests
{
    private const int Images = 12;

    [Fact]
    public void One_microbatch_is_the_plain_step_to_the_bit() => Trials.Same(Trials.Pretrain, MicrobatchTrials.Whole);

    [Fact]
    public void One_microbatch_with_a_memory_of_one_direction_is_the_plain_step_to_the_bit() =>
        Trials.Same(MemoryTrials.First, MicrobatchTrials.First);

    [Fact]
    public void One_microbatch_with_a_classifier_a_memory_and_averages_is_the_plain_step_to_the_bit() =>
        Trials.Same(OnlineTests.OnHead, MicrobatchTrials.Online);

    // The oracle keeps every part's graph: a plain loop over the parts, the loss of all their outputs, one backward pass through
    // everything.
    [Theory]
    [InlineData(2, 2)]
    [InlineData(4, 2)]
    [InlineData(6, 1)]
    [InlineData(12, 2)]
    public void The_gradient_is_that_of_the_whole_batchs_loss(int images, int views)
    {
        using var scope = NewDisposeScope();
        var (p, s, batch) = (Network(), Basic18.ContrastiveNetwork.Start(Network()), Batch(images, views));
        var keys = NtXent.Normalize(Numbers(views * Images, 16, seed: 3).to(ScalarType.Float32));
        var queue = NtXent.Normalize(Numbers(8, 16, seed: 4).to(ScalarType.Float32));
        (Tensor Loss, Tensor Accuracy) Compared(Tensor z) =>
            views == 1 ? NtXent.OneWay(z, keys, queue, temperature: 0.3) : NtXent.Loss(z, keys, queue, temperature: 0.3);

        var tracked = p.Map(static leaf => leaf.detach().requires_grad_(true));
        var z = Enumerable.Range(0, batch.Count).Select(i => Embed(tracked, s, batch.Part(i)).Z.chunk(views)).ToList();
        var rows = cat([.. Enumerable.Range(0, views).SelectMany(view => z.Select(part => part[view]))]);
        var (expected, accuracy) = Compared(rows);
        var oracle = autograd.grad([expected], [.. tracked.Leaves().Select(static leaf => leaf.Value)]);

        var (gradients, (_, metrics)) = Gradient.OfMicrobatches(
            p,
            s,
            batch,
            Embed,
            all =>
            {
                var (loss, share) = Compared(all);
                return new LossOf<StepMetrics>(loss, new(loss.detach(), share));
            }
        );
        Assert.Equal(expected.item<float>(), metrics.Loss.item<float>());
        Assert.Equal(accuracy.item<float>(), metrics.Accuracy.item<float>());
        Trials.Close(oracle, gradients, tolerance: 1e-10);
    }

    // Batch norms are all that ties the images of a batch together within the network; at inference they do not.
    [Fact]
    public void Without_batch_statistics_the_gradient_is_the_plain_one()
    {
        using var scope = NewDisposeScope();
        var (p, s) = (Network(), Basic18.ContrastiveNetwork.Start(Network()));
        (Tensor Z, Basic18.ContrastiveNetwork.State Next) Infer(
            Basic18.ContrastiveNetwork.Params p,
            Basic18.ContrastiveNetwork.State s,
            Tensor views
        ) => Basic18.ContrastiveNetwork.Forward(p, s, views, Phase.Infer);
        var (whole, _) = Gradient.OfMicrobatches(p, s, Batch(Images, views: 2), Infer, Loss);
        var (parts, (next, _)) = Gradient.OfMicrobatches(p, s, Batch(images: 3, views: 2), Infer, Loss);
        var plain = Gradient.Of(p, tracked => Loss(Infer(tracked, s, Batch(Images, views: 2).Part(0)).Z)).Gradients.All;
        Assert.Equal(Bits(plain), Bits(whole));

        // The loss itself is computed in float32.
        Trials.Close(plain.Leaves().Select(static leaf => leaf.Value), parts, tolerance: 1e-5);
        Values.Close(Bits(s), Bits(next), 1e-6);
    }

    [Fact]
    public void Second_passes_repeat_the_first_to_the_bit()
    {
        using var scope = NewDisposeScope();
        var (p, s) = (Basic18.ContrastiveNetwork.Init(Key.FromSeed(1)), new List<float[]>());
        _ = Gradient.OfMicrobatches(
            p,
            Basic18.ContrastiveNetwork.Start(p),
            Batch(images: 4, views: 2, ScalarType.Float32),
            (tracked, statistics, views) =>
            {
                var (z, next) = Embed(tracked, statistics, views);
                s.Add(z.detach().Floats());
                return (z, next);
            },
            Loss
        );
        Assert.Equal(6, s.Count);
        Assert.Equal(s.Take(3), s.Skip(3));
    }

    // By a plain loop: images 4i … 4i + 3 of both views, each part from the same statistics, and their mean.
    [Fact]
    public void A_step_takes_the_loss_of_all_and_moves_statistics_once()
    {
        var trial = MicrobatchTrials.Four;
        var state = trial.Start();
        var (p, s, batch, key) = (state.Params.Clone(), state.Statistics.Clone(), trial.Batches(0), Key.FromSeed(1).At(0));
        Tensor[] views = [Micro18.PretrainStep.View(batch.Images, key.At(0)), Micro18.PretrainStep.View(batch.Images, key.At(1))];
        var parts = Enumerable
            .Range(0, 4)
            .Select(i =>
                Micro18.ContrastiveNetwork.Forward(
                    p,
                    s,
                    cat([.. views.Select(view => view.narrow(0, 4 * i, 4))]).ForNetwork(batch.Compute),
                    Phase.Train
                )
            )
            .ToList();
        var z = cat([.. parts.Select(static part => part.Y.narrow(0, 0, 4)), .. parts.Select(static part => part.Y.narrow(0, 4, 4))]);
        var (next, metrics) = trial.Step.Take(state, batch, key);
        Assert.Equal(Objectives.ContrastiveLoss.Of(z.Rows(), 0.1), metrics.Loss.item<float>(), 1e-4);
        var each = parts.Select(static part => Bits(part.Next)).ToList();
        Values.Close([.. Enumerable.Range(0, each[0].Length).Select(i => each.Average(of => of[i]))], Bits(next.Statistics), 1e-5);
        Assert.NotEqual(each[0], each[1]);
    }

    [Fact]
    public void Keys_and_classifiers_see_the_batch_in_its_order()
    {
        using var scope = NewDisposeScope();
        var batch = Batch(images: 4, views: 2);
        var (joined, _) = batch.Run<NoState>(x => ([x], NoState.Value));
        var whole = cat([.. batch.Views]);
        Assert.Equal(whole.Floats(), joined[0].Floats());
        Assert.Equal(batch.Part(1).Floats(), batch.RowsOf(1, whole).Floats());
        Assert.Equal(cat([batch.Views[0].narrow(0, 4, 4), batch.Views[1].narrow(0, 4, 4)]).Floats(), batch.Part(1).Floats());
    }

    // All microbatches once without a graph, then each with one, which its own backward pass uses up before the next is made.
    [Fact]
    public void One_microbatch_at_a_time_has_a_graph_and_tensors()
    {
        using var scope = NewDisposeScope();
        var p = Basic18.ContrastiveNetwork.Init(Key.FromSeed(1));
        var s = Basic18.ContrastiveNetwork.Start(p);
        var batch = Batch(images: 3, views: 2, ScalarType.Float32);
        var (passes, alive) = (new List<string>(), new List<long>());
        _ = LiveTensors.Settled();
        _ = Gradient.OfMicrobatches(
            p,
            s,
            batch,
            (tracked, statistics, x) =>
            {
                alive.Add(Tensor.TotalCount);
                var (z, next) = Embed(tracked, statistics, x);
                return (WatchedFunction.Apply(z, passes), next);
            },
            Loss
        );
        Assert.Equal(
            [
                .. Enumerable.Repeat(WatchedFunction.Unrecorded, batch.Count),
                .. Enumerable
                    .Repeat<string[]>([WatchedFunction.Recorded, WatchedFunction.Back], batch.Count)
                    .SelectMany(static pass => pass),
            ],
            passes
        );
        // From the second part with a graph on there is a sum of gradients beside it.
        Assert.Single(alive.Skip(batch.Count + 1).Distinct());
    }

    private static (Tensor Z, Basic18.ContrastiveNetwork.State Next) Embed(
        Basic18.ContrastiveNetwork.Params p,
        Basic18.ContrastiveNetwork.State s,
        Tensor views
    ) => Basic18.ContrastiveNetwork.Forward(p, s, views, Phase.Train);

    private static LossOf<StepMetrics> Loss(Tensor z)
    {
        var (loss, accuracy) = NtXent.Loss(z, temperature: 0.3);
        return new(loss, new(loss.detach(), accuracy));
    }

    // With scales of one in place of zero: every kernel then has a gradient.
    private static Basic18.ContrastiveNetwork.Params Network() =>
        Basic18
            .ContrastiveNetwork.Init(Key.FromSeed(1))
            .Map(static leaf =>
                leaf.Path.EndsWith(".scale", StringComparison.Ordinal)
                    ? ones_like(leaf.Value, dtype: ScalarType.Float64)
                    : leaf.Value.to(ScalarType.Float64)
            );

    private static Microbatches Batch(int images, int views, ScalarType type = ScalarType.Float64) =>
        new([.. Enumerable.Range(0, views).Select(view => Values.Pixels(Images, 3, 16, 16, seed: view + 1).ForNetwork(type))], images);

    private static Tensor Numbers(int rows, int columns, long seed)
    {
        using var generator = Key.FromSeed(seed).Generator();
        return randn([rows, columns], dtype: ScalarType.Float64, generator: generator);
    }

    private static float[] Bits<T>(T tree)
        where T : class, ITree<T> => [.. tree.Leaves().SelectMany(static leaf => leaf.Value.Floats())];
}
