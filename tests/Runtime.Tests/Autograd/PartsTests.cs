using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Objectives;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Training;
using static TorchSharp.torch;
using Basic18 = SimClrDsl.Experiments.Basic18;
using Parts18 = SimClrDsl.Experiments.Parts18;

namespace SimClrDsl.Runtime.Tests.Autograd;

/// <summary>Microbatches of fine-tuning, of the label-only baseline and of distillation give the mean of their gradients.</summary>
public sealed class PartsTests
{
    private const int Images = 12;

    [Fact]
    public void One_part_of_fine_tuning_is_the_plain_step_to_the_bit() => Trials.Same(Trials.Finetune, PartsTrials.WholeFinetune);

    [Fact]
    public void One_part_of_the_label_only_baseline_is_the_plain_step_to_the_bit() =>
        Trials.Same(Trials.LabelOnly, PartsTrials.WholeLabelOnly);

    [Fact]
    public void One_part_of_distillation_is_the_plain_step_to_the_bit()
    {
        var (teacher, _) = Trials.Teacher();
        Trials.Same(Trials.Distill(teacher), PartsTrials.WholeDistill(teacher));
    }

    // The oracle keeps every part's graph: the mean of all parts' losses, one backward pass through everything.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void The_gradient_is_that_of_the_mean_of_the_parts_losses(int parts)
    {
        using var scope = NewDisposeScope();
        var (p, s, input) = (Network(), Basic18.FinetunedNetwork.Start(Network()), Batch());
        var tracked = p.Map(static leaf => leaf.detach().requires_grad_(true));
        var rows = Images / parts;
        var each = Enumerable
            .Range(0, parts)
            .Select(i => Loss(tracked, s, new(input.X.narrow(0, i * rows, rows), input.Labels.narrow(0, i * rows, rows)), Phase.Train))
            .ToList();
        var expected = stack([.. each.Select(static part => part.Loss)]).mean();
        var oracle = autograd.grad([expected], [.. tracked.Leaves().Select(static leaf => leaf.Value)]);

        var (gradients, (next, metrics)) = Gradient.OfMean(p, input, parts, (tracked, part) => Loss(tracked, s, part, Phase.Train));
        Assert.Equal(expected.item<double>(), metrics.Loss.item<double>(), 1e-12);
        Assert.Equal(each.Average(static part => part.Rest.Metrics.Accuracy.item<float>()), metrics.Accuracy.item<float>(), 1e-6);
        Trials.Close(oracle, gradients, 1e-10);
        var statistics = each.Select(static part => Floats(part.Rest.Next)).ToList();
        Values.Close([.. Enumerable.Range(0, statistics[0].Length).Select(i => statistics.Average(of => of[i]))], Floats(next), 1e-6);
    }

    // Batch norms are all that ties the images of a batch together within the network; at inference they do not.
    [Fact]
    public void Without_batch_statistics_the_gradient_is_the_plain_one()
    {
        using var scope = NewDisposeScope();
        var (p, s, input) = (Network(), Basic18.FinetunedNetwork.Start(Network()), Batch());
        var (parts, _) = Gradient.OfMean(p, input, parts: 4, (tracked, part) => Loss(tracked, s, part, Phase.Infer));
        var plain = Gradient.Of(p, tracked => Loss(tracked, s, input, Phase.Infer)).Gradients.All;
        Trials.Close(plain.Leaves().Select(static leaf => leaf.Value), parts, 1e-10);
    }

    // Three parts: their sum's third is not always what it was before.
    [Fact]
    public void What_is_frozen_stays_to_the_bit_with_its_statistics()
    {
        string[] frozen = ["encoder.stem", "encoder.group1_entry", "encoder.group1_body"];
        FreezingTests.Compare(PartsTrials.Finetune, weights: frozen, statistics: frozen, averages: "none.");
    }

    // α 0.25, τ 0.5: every part has its share of the labelled images, and its own rows of what the teacher says.
    [Fact]
    public void Labelled_images_go_with_their_part()
    {
        var shown = new List<Tensor>();
        var target = Numbers(16, 4);
        var teacher = new Frozen(x =>
        {
            shown.Add(x.clone().DetachFromDisposeScope());
            return target.narrow(0, (shown.Count - 1) * 8, 8);
        });

        // Images of one colour are the same however they are cropped and flipped.
        var grey = arange(Images).mul(20).to(ScalarType.Byte).view(Images, 1, 1, 1).expand(Images, 3, 16, 16).contiguous();
        var labels = arange(Images, dtype: ScalarType.Int64).remainder(4);
        var trial = PartsTrials.Distill(teacher);
        var state = trial.Start();
        var (p, s) = (state.Params.Clone(), state.Statistics.Clone());
        var batch = new MixedBatch(trial.Batches(0).Unlabelled, new(new PixelBatch(grey, Resizing.Default), labels, ScalarType.Float32));
        var (_, metrics) = trial.Step.Take(state, batch, Key.FromSeed(5));

        Assert.Equal([8L, 8L], shown.Select(static part => part.size(0)));
        var images = (grey.to(ScalarType.Float32) / 255).ForNetwork(ScalarType.Float32);
        var expected = Enumerable
            .Range(0, 2)
            .Average(i =>
            {
                var logits = Parts18.StudentNetwork.Forward(p, s, cat([shown[i], images.narrow(0, 6 * i, 6)]), Phase.Train).Y;
                var taught = Classification.Distillation(logits.narrow(0, 0, 8), target.narrow(0, 8 * i, 8), temperature: 0.5);
                var supervised = Classification.CrossEntropy(logits.narrow(0, 8, 6), labels.narrow(0, 6 * i, 6));
                return (0.75 * supervised.item<float>()) + (0.25 * taught.item<float>());
            });
        Assert.Equal(expected, metrics.Loss.item<float>(), 1e-5);
    }

    [Fact]
    public void The_graph_of_a_part_is_used_up_before_the_next_part_has_one()
    {
        using var scope = NewDisposeScope();
        var p = Basic18.FinetunedNetwork.Init(Key.FromSeed(1));
        var s = Basic18.FinetunedNetwork.Start(p);
        var passes = new List<string>();
        _ = Gradient.OfMean(
            p,
            Batch(ScalarType.Float32),
            parts: 3,
            (tracked, part) =>
            {
                var whole = Loss(tracked, s, part, Phase.Train);
                return whole with { Loss = WatchedFunction.Apply(whole.Loss, passes) };
            }
        );
        string[] part = [WatchedFunction.Recorded, WatchedFunction.Back];
        Assert.Equal([.. part, .. part, .. part], passes);
    }

    private static LossOf<(Basic18.FinetunedNetwork.State Next, StepMetrics Metrics)> Loss(
        Basic18.FinetunedNetwork.Params p,
        Basic18.FinetunedNetwork.State s,
        Basic18.FinetuneStep.Input part,
        Phase phase
    )
    {
        var (logits, next) = Basic18.FinetunedNetwork.Forward(p, s, part.X, phase);
        // In the logits' own type: the oracle's differences are then those of float64.
        var loss = nn.functional.cross_entropy(logits, part.Labels);
        return new(loss, (next, new(loss.detach(), Classification.Accuracy(logits, part.Labels))));
    }

    // With scales of one in place of zero, and a classifier that is not zeros: every kernel then has a gradient.
    private static Basic18.FinetunedNetwork.Params Network() =>
        Basic18
            .FinetunedNetwork.Init(Key.FromSeed(1))
            .Map(static leaf =>
                leaf.Path.EndsWith(".scale", StringComparison.Ordinal) ? ones_like(leaf.Value, dtype: ScalarType.Float64)
                : leaf.Path.StartsWith("classifier.", StringComparison.Ordinal) ? Numbers([.. leaf.Value.shape]).to(ScalarType.Float64)
                : leaf.Value.to(ScalarType.Float64)
            );

    private static Basic18.FinetuneStep.Input Batch(ScalarType type = ScalarType.Float64) =>
        new(Values.Pixels(Images, 3, 16, 16).ForNetwork(type), arange(Images, dtype: ScalarType.Int64).remainder(4));

    private static Tensor Numbers(params long[] shape)
    {
        using var generator = Key.FromSeed(7).Generator();
        return randn(shape, generator: generator);
    }

    private static float[] Floats<T>(T tree)
        where T : class, ITree<T> => [.. tree.Leaves().SelectMany(static leaf => leaf.Value.Floats())];
}
