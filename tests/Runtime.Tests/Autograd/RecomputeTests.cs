using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Training;
using static TorchSharp.torch;
using Basic18 = SimClrDsl.Experiments.Basic18;
using Bottleneck50 = SimClrDsl.Experiments.Bottleneck50;
using Selective18 = SimClrDsl.Experiments.Selective18;
using Selective50 = SimClrDsl.Experiments.Selective50;

namespace SimClrDsl.Runtime.Tests.Autograd;

/// <summary>Blocks that are run again in the backward pass change what is in memory and nothing else.</summary>
public sealed class RecomputeTests
{
    private static readonly Key Key = Key.FromSeed(5);

    [Fact]
    public void Pretraining_is_the_same_to_the_bit() => Trials.Same(Trials.Pretrain, RecomputeTrials.Pretrain);

    [Fact]
    public void Pretraining_with_selective_kernels_is_the_same_to_the_bit() =>
        Trials.Same(RecomputeTrials.PlainSelective, RecomputeTrials.Selective);

    [Fact]
    public void Fine_tuning_is_the_same_to_the_bit() => Trials.Same(Trials.Finetune, RecomputeTrials.Finetune);

    [Fact]
    public void Fine_tuning_with_frozen_groups_is_the_same_to_the_bit() => Trials.Same(RecomputeTrials.PlainFrozen, RecomputeTrials.Frozen);

    [Fact]
    public void Distillation_is_the_same_to_the_bit()
    {
        var (teacher, _) = Trials.Teacher();
        Trials.Same(Trials.Distill(teacher), RecomputeTrials.Distill(teacher));
    }

    public static TheoryData<ScalarType, Phase> Forms =>
        new()
        {
            { ScalarType.Float32, Phase.Train },
            { ScalarType.Float32, Phase.TrainUnbiased },
            { ScalarType.Float32, Phase.Infer },
            { ScalarType.BFloat16, Phase.Train },
        };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_kind_of_block_has_the_same_output_statistics_and_gradients(ScalarType compute, Phase phase)
    {
        var channels = compute == ScalarType.BFloat16 ? 6 : 3; // of images as the network takes them
        Same(Basic18.Stem.Init(Key), Basic18.Stem.Start, Basic18.Stem.Forward, [3, channels, 8, 8], compute, phase);
        Same(Basic18.Group1Body.Init(Key), Basic18.Group1Body.Start, Basic18.Group1Body.Forward, [3, 8, 6, 6], compute, phase);
        Same(Basic18.Group2Entry.Init(Key), Basic18.Group2Entry.Start, Basic18.Group2Entry.Forward, [3, 8, 7, 7], compute, phase);
        Same(Bottleneck50.Stem.Init(Key), Bottleneck50.Stem.Start, Bottleneck50.Stem.Forward, [3, channels, 32, 32], compute, phase);
        Same(
            Bottleneck50.Group2Entry.Init(Key),
            Bottleneck50.Group2Entry.Start,
            Bottleneck50.Group2Entry.Forward,
            [3, 32, 6, 6],
            compute,
            phase
        );
        Same(
            Bottleneck50.Group1Body.Init(Key),
            Bottleneck50.Group1Body.Start,
            Bottleneck50.Group1Body.Forward,
            [3, 32, 6, 6],
            compute,
            phase
        );
        Same(Selective50.Group1Body.Init(Key), Selective50.Group1Body.Start, Selective50.Group1Body.Forward, [3, 32, 6, 6], compute, phase);
        Same(
            Selective50.Group2Entry.Init(Key),
            Selective50.Group2Entry.Start,
            Selective50.Group2Entry.Forward,
            [3, 32, 7, 5],
            compute,
            phase
        );
        Same(
            Selective18.Group1Entry.Init(Key),
            Selective18.Group1Entry.Start,
            Selective18.Group1Entry.Forward,
            [3, 8, 6, 6],
            compute,
            phase
        );
    }

    [Fact]
    public void A_block_that_is_run_again_has_no_graph_before_the_backward_pass()
    {
        using var scope = NewDisposeScope();
        var p = Basic18.Group1Body.Init(Key).Map(static leaf => leaf.detach().requires_grad_(true));
        var s = Basic18.Group1Body.Start(p);
        var x = Aten.ChannelsLast(Values.Pixels(2, 8, 6, 6));
        var recorded = new List<bool>();
        (Activation Y, Basic18.Group1Body.State Next) Watched(
            Basic18.Group1Body.Params p,
            Basic18.Group1Body.State s,
            Activation x,
            Phase phase
        )
        {
            var result = Basic18.Group1Body.Forward(p, s, x, phase);
            recorded.Add(result.Y.Value.requires_grad);
            return result;
        }

        _ = Block.Apply(Watched, p, s, x, Phase.Train);
        Assert.Equal([true], recorded);
        recorded.Clear();
        var (y, _) = Block.Recompute(Watched, p, s, x, Phase.Train);
        Assert.Equal([false], recorded);
        _ = Backpropagation.Gradients([y.Value.sum()], [.. p.Leaves().Select(static leaf => leaf.Value)]);
        Assert.Equal([false, true], recorded);
    }

    private static void Same<TParams, TState>(
        TParams parameters,
        Func<TParams, TState> start,
        Block.Function<TParams, TState> block,
        long[] shape,
        ScalarType compute,
        Phase phase
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var scope = NewDisposeScope();
        using var generator = Key.Generator();

        // Scales of zero, with which blocks start, would leave the inner gradients zero.
        var p = parameters.Map(leaf =>
            (leaf + (0.1 * randn(leaf.shape, dtype: ScalarType.Float32, generator: generator))).requires_grad_(true)
        );
        var s = start(p.Map(static leaf => leaf.detach()));
        var x = Aten.ChannelsLast(randn(shape, dtype: ScalarType.Float32, generator: generator).to(compute)).requires_grad_(true);
        Assert.Equal(Of(Block.Apply(block, p, s, x, phase)), Of(Block.Recompute(block, p, s, x, phase)));

        float[] Of((Activation Y, TState Next) result)
        {
            var from = randn(result.Y.Value.shape, dtype: ScalarType.Float32, generator: Key.Generator()).to(compute);
            var gradients = autograd.grad([result.Y.Value], [x, .. p.Leaves().Select(static leaf => leaf.Value)], [from]);
            Assert.All(gradients, static gradient => Assert.NotEqual(0, gradient.abs().sum().to(ScalarType.Float32).item<float>()));
            Tensor[] all = [result.Y.Value.detach(), .. result.Next.Leaves().Select(static leaf => leaf.Value), .. gradients];
            return [.. all.SelectMany(static tensor => tensor.Floats())];
        }
    }
}
