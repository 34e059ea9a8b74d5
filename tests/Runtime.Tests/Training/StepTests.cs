using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Objectives;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;
using Basic18 = SimClrDsl.Experiments.Basic18;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>What every generated step keeps to.</summary>
public sealed class StepTests
{
    [Fact]
    public void Pretraining_repeats_to_the_bit() => RepeatsToTheBit(Trials.Pretrain);

    [Fact]
    public void Fine_tuning_repeats_to_the_bit() => RepeatsToTheBit(Trials.Finetune);

    [Fact]
    public void The_label_only_baseline_repeats_to_the_bit() => RepeatsToTheBit(Trials.LabelOnly);

    [Fact]
    public void Distillation_repeats_to_the_bit() => RepeatsToTheBit(Trials.Distill(Trials.Teacher().Teacher));

    [Fact]
    public void The_seed_of_the_steps_alone_changes_what_is_learned()
    {
        var trial = Trials.Pretrain;
        var (a, b) = (trial.Fold(trial.Start(), until: 3, seed: 1), trial.Fold(trial.Start(), until: 3, seed: 2));
        Assert.NotEqual(Bits(a), Bits(b));
    }

    [Fact]
    public void Going_on_gives_what_one_go_gives()
    {
        var trial = Trials.Pretrain;
        Assert.Equal(Bits(trial.Fold(trial.Start(), until: 4)), Bits(trial.Fold(trial.Fold(trial.Start(), until: 2), until: 4)));
    }

    [Fact]
    public void A_step_consumes_its_state_and_says_which_one_did()
    {
        var (trial, state) = (Trials.Pretrain, Trials.Pretrain.Start());
        _ = trial.Fold(state, until: 1);
        var error = Assert.Throws<InvalidOperationException>(() => trial.Fold(state, until: 1));
        Assert.Contains("consumed by PretrainStep", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parameters_and_momentum_stay_in_their_buffers()
    {
        var trial = Trials.Pretrain;
        var state = trial.Start();
        Tensor[] before = [.. Values(state.Params), .. Values(state.Momentum)];
        var next = trial.Fold(state, until: 2);
        Tensor[] after = [.. Values(next.Params), .. Values(next.Momentum)];
        Assert.Equal(before, after, ReferenceEqualityComparer.Instance);
        Assert.All(after, static tensor => Assert.False(tensor.requires_grad));
    }

    [Fact]
    public void A_step_has_a_rate_and_an_accuracy()
    {
        var trial = Trials.Pretrain;
        Assert.Equal(Basic18.PretrainStep.WarmupSteps == 0 ? Basic18.PretrainStep.PeakRate : 0, trial.Step.Rate(0));
        var (_, metrics) = trial.Step.Take(trial.Start(), trial.Batches(0), Key.FromSeed(1));
        Assert.InRange(metrics.Accuracy.item<float>(), 0, 1);
    }

    // What is learned from is twice that; LARS does not see it in what it scales, but the shift of the last norm moves by it.
    [Fact]
    public void The_loss_that_is_shown_is_the_mean_of_Eq_1_and_its_gradient_that_of_two_means()
    {
        var (trial, key) = (Trials.Pretrain, Key.FromSeed(1));
        var (p, s) = trial.Network(Key.FromSeed(1));
        var images = trial.Batches(0).Images;
        var views = cat([Basic18.PretrainStep.View(images, key.At(0)), Basic18.PretrainStep.View(images, key.At(1))])
            .ForNetwork(ScalarType.Float32);
        var (gradients, z) = Gradient.Of(
            p,
            tracked =>
            {
                var (made, _) = Basic18.ContrastiveNetwork.Forward(tracked, s, views, Phase.Train);
                return new LossOf<Tensor>(NtXent.Loss(made, 0.1).Loss, made.detach());
            }
        );
        var rate = trial.Step.Rate(1);
        var state = TrainState<Basic18.ContrastiveNetwork.Params, Basic18.ContrastiveNetwork.State>.Start(p, s);
        var (next, metrics) = trial.Step.Take(new(p.Clone(), s, state.Momentum, step: 1), trial.Batches(0), key);
        Assert.Equal(Objectives.ContrastiveLoss.Of(z.Rows(), 0.1), metrics.Loss.item<float>(), 1e-4);
        Tests.Values.Close((gradients.All.Head.Layer3.Scale * 2 * rate).Floats(), next.Momentum.Head.Layer3.Scale.Floats(), 1e-5);
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_run_with_advice()
    {
        var trial = Trials.Pretrain;
        var state = trial.Start();
        state.Params.Encoder.Stem.Conv.Kernel.fill_(float.NaN);
        var error = Assert.Throws<DivergedException>(() => trial.Fold(state, until: 1));
        Assert.Equal("trial: the loss is NaN at step 1 of 1: lower the learning rate or lengthen the warm-up.", error.Message);
    }

    [Fact]
    public void Distillation_leaves_the_teacher_as_it_is()
    {
        var (teacher, leaves) = Trials.Teacher();
        LeavesAlone(Trials.Distill(teacher), leaves);
    }

    [Fact]
    public void Distillation_with_labels_leaves_the_teacher_as_it_is()
    {
        var (teacher, leaves) = Trials.BottleneckTeacher();
        LeavesAlone(Trials.DistillWithLabels(teacher), leaves);
    }

    [Fact]
    public void Linear_evaluation_leaves_the_encoder_as_it_is()
    {
        var (encoder, leaves) = Trials.Encoder();
        LeavesAlone(Trials.LinearUnder(encoder), leaves);
    }

    // To the bit, statistics included; and something did learn.
    private static void LeavesAlone<TParams, TState, TBatch>(Trial<TParams, TState, TBatch> trial, IReadOnlyList<Leaf> frozen)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var before = frozen.Select(static leaf => leaf.Value.Floats()).ToList();
        var start = trial.Start();
        var first = Bits(start);
        Assert.NotEqual(first, Bits(trial.Fold(start, until: 3)));
        Assert.Equal(before, frozen.Select(static leaf => leaf.Value.Floats()));
        Assert.All(frozen, static leaf => Assert.False(leaf.Value.requires_grad));
    }

    private static void RepeatsToTheBit<TParams, TState, TBatch>(Trial<TParams, TState, TBatch> trial)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        float[] After(long seed) => Bits(trial.Fold(trial.Start(seed), until: 3, seed));
        Assert.Equal(After(1), After(1));
        Assert.NotEqual(After(1), After(2));
    }

    private static float[] Bits<TParams, TState>(TrainState<TParams, TState> state)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> =>
        [.. Values(state.Params).Concat(Values(state.Statistics)).Concat(Values(state.Momentum)).SelectMany(static leaf => leaf.Floats())];

    private static IEnumerable<Tensor> Values<T>(T tree)
        where T : class, ITree<T> => tree.Leaves().Select(static leaf => leaf.Value);
}
