using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;
using Basic18 = SimClrDsl.Experiments.Basic18;
using Bottleneck50 = SimClrDsl.Experiments.Bottleneck50;
using Recompute18 = SimClrDsl.Experiments.Recompute18;
using Selective18 = SimClrDsl.Experiments.Selective18;
using Selective50 = SimClrDsl.Experiments.Selective50;

namespace SimClrDsl.Runtime.Tests.Pipeline;

/// <summary>Blocks that are run again in the backward pass change what is in memory and nothing else. Counts bytes, so nothing else may run.</summary>
[Collection(nameof(MemoryTests))]
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

    // Of a network of nine parts at 64 pixels; what is allocated between forward and backward pass is what the latter reads.
    [Fact]
    public void Fewer_bytes_wait_for_the_backward_pass()
    {
        var plain = Basic18.Encoder.Init(Key);
        var again = Recompute18.Encoder.Init(Key);
        var x = Values.Pixels(16, 3, 64, 64).ForNetwork(ScalarType.Float32);
        var kept = Waiting(plain, p => Basic18.Encoder.Forward(p, Basic18.Encoder.Start(p), x, Phase.Train).Y);
        var inputs = Waiting(again, p => Recompute18.Encoder.Forward(p, Recompute18.Encoder.Start(p), x, Phase.Train).Y);
        Assert.True(inputs < 0.5 * kept, $"{inputs} bytes of {kept}");
    }

    private static long Waiting<TParams>(TParams p, Func<TParams, Tensor> forward)
        where TParams : class, ITree<TParams>
    {
        using var scope = NewDisposeScope();
        var tracked = p.Map(static leaf => leaf.detach().requires_grad_(true));
        var before = Heap.Bytes;
        using var inner = NewDisposeScope();
        var loss = forward(tracked).sum().MoveToOuterDisposeScope();
        inner.Dispose();
        var waiting = Heap.Bytes - before;
        GC.KeepAlive(loss);
        return waiting;
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

        float[] Of((Tensor Y, TState Next) result)
        {
            var from = randn(result.Y.shape, dtype: ScalarType.Float32, generator: Key.Generator()).to(compute);
            var gradients = autograd.grad([result.Y], [x, .. p.Leaves().Select(static leaf => leaf.Value)], [from]);
            Assert.All(gradients, static gradient => Assert.NotEqual(0, gradient.abs().sum().to(ScalarType.Float32).item<float>()));
            Tensor[] all = [result.Y.detach(), .. result.Next.Leaves().Select(static leaf => leaf.Value), .. gradients];
            return [.. all.SelectMany(static tensor => tensor.Floats())];
        }
    }
}
