using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Objectives;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;
using Chain18 = SimClrDsl.Experiments.Chain18;
using Labelled18 = SimClrDsl.Experiments.Labelled18;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>The losses of generated distillation steps are Eq. 2 and Eq. 3, computed here from logits with plain arithmetic.</summary>
public sealed class DistillStepTests
{
    private const int Batch = 16;
    private const int Classes = 4;

    [Fact]
    public void Without_labels_the_step_has_the_loss_of_Eq_2()
    {
        var (target, seen) = (Numbers(Batch, scale: 2), new Seen());
        var network = Trials.Fresh(Key.FromSeed(4), Chain18.StudentNetwork.Init, Chain18.StudentNetwork.Start);
        network.Params.Classifier.Kernel.copy_(Numbers((int)network.Params.Classifier.Kernel.size(0), 64));

        var before = network.Clone();
        var step = Chain18.DistillStep.With(seen.Teacher(target));
        var (_, metrics) = step.Take(
            TrainState<Chain18.StudentNetwork.Params, Chain18.StudentNetwork.State>.Start(network.Params, network.State),
            Synthetic.Unlabelled(side: 16, Batch)(0),
            Key.FromSeed(5)
        );

        var logits = Chain18.StudentNetwork.Forward(before.Params, before.State, seen.Images, Phase.Train).Y;
        Assert.Equal(Eq2(logits, target, temperature: 1), metrics.Loss.item<float>(), 1e-5);
    }

    // α 0.25, τ 0.5 and the notebook's factor τ²; the label term has no temperature.
    [Fact]
    public void With_labels_the_step_has_the_loss_of_Eq_3()
    {
        var (target, seen) = (Numbers(Batch, scale: 2), new Seen());
        var network = Trials.Fresh(Key.FromSeed(4), Chain18.SelfDistilledNetwork.Init, Chain18.SelfDistilledNetwork.Start);
        network.Params.Classifier.Kernel.copy_(Numbers((int)network.Params.Classifier.Kernel.size(0), 96));

        // Images of one colour are the same however they are cropped and flipped.
        var grey = arange(Batch).mul(15).to(ScalarType.Byte).view(Batch, 1, 1, 1).expand(Batch, 3, 16, 16).contiguous();
        var labels = arange(Batch, dtype: ScalarType.Int64).remainder(Classes);
        var labelled = new LabelledBatch(new PixelBatch(grey, Resizing.Default), labels, ScalarType.Float32);

        var before = network.Clone();
        var step = Chain18.SelfDistillStep.With(seen.Teacher(target));
        var (_, metrics) = step.Take(
            TrainState<Chain18.SelfDistilledNetwork.Params, Chain18.SelfDistilledNetwork.State>.Start(network.Params, network.State),
            new(Synthetic.Unlabelled(side: 16, Batch)(0), labelled),
            Key.FromSeed(5)
        );

        var both = cat([seen.Images, (grey.to(ScalarType.Float32) / 255).ForNetwork(ScalarType.Float32)]);
        var logits = Chain18.SelfDistilledNetwork.Forward(before.Params, before.State, both, Phase.Train).Y;
        var taught = Eq2(logits.narrow(0, 0, Batch), target, temperature: 0.5) * 0.5 * 0.5;
        var supervised = logits
            .narrow(0, Batch, Batch)
            .Rows()
            .Zip(labels.data<long>().ToArray(), static (row, label) => -LogSoftmax(row, 1)[label])
            .Average();
        Assert.Equal((0.75 * supervised) + (0.25 * taught), metrics.Loss.item<float>(), 1e-5);
    }

    // Both losses on the same images (Table 2, second line): α 0.25, τ 0.5.
    [Fact]
    public void On_labelled_images_alone_the_step_has_the_loss_of_Eq_3()
    {
        const int Six = 6;
        var (target, seen) = (Numbers(Labelled18.DistillStep.Batch, Six) * 2, new Seen());
        var network = Trials.Fresh(Key.FromSeed(4), Labelled18.StudentNetwork.Init, Labelled18.StudentNetwork.Start);
        network.Params.Classifier.Kernel.copy_(
            Numbers((int)network.Params.Classifier.Kernel.size(0), (int)network.Params.Classifier.Kernel.size(1))
        );

        var before = network.Clone();
        var batch = Synthetic.Labelled(side: 16, Labelled18.DistillStep.Batch)(0);
        var (_, metrics) = Labelled18
            .DistillStep.With(seen.Teacher(target))
            .Take(
                TrainState<Labelled18.StudentNetwork.Params, Labelled18.StudentNetwork.State>.Start(network.Params, network.State),
                batch,
                Key.FromSeed(5)
            );

        var logits = Labelled18.StudentNetwork.Forward(before.Params, before.State, seen.Images, Phase.Train).Y;
        var supervised = logits
            .Rows()
            .Zip(batch.Labels.data<long>().ToArray(), static (row, label) => -LogSoftmax(row, 1)[label])
            .Average();
        Assert.Equal((0.75 * supervised) + (0.25 * Eq2(logits, target, temperature: 0.5)), metrics.Loss.item<float>(), 1e-5);
    }

    // Eq. 3 at α = 1, as the generator writes it, against Eq. 2.
    [Fact]
    public void At_alpha_1_both_equations_agree_to_the_bit()
    {
        var (student, teacher, labels) = (
            Numbers(Batch, Classes),
            Numbers(Batch, scale: 3),
            arange(Batch, dtype: ScalarType.Int64) % Classes
        );
        var distillation = Classification.Distillation(student, teacher, temperature: 0.1);
        var both = (Classification.CrossEntropy(student, labels) * 0) + (distillation * 1);
        Assert.Equal(distillation.Floats(), both.Floats());
    }

    // −Σ_y P_T(y|x; τ) · log P_S(y|x; τ), mean over the images.
    private static double Eq2(Tensor student, Tensor teacher, double temperature) =>
        student
            .Rows()
            .Zip(
                teacher.Rows(),
                (s, t) => -LogSoftmax(t, temperature).Zip(LogSoftmax(s, temperature), static (logT, logS) => Math.Exp(logT) * logS).Sum()
            )
            .Average();

    private static double[] LogSoftmax(double[] row, double temperature)
    {
        var sum = row.Sum(value => Math.Exp(value / temperature));
        return [.. row.Select(value => (value / temperature) - Math.Log(sum))];
    }

    private static Tensor Numbers(int rows, double scale) => Numbers(rows, Classes) * scale;

    private static Tensor Numbers(int rows, int columns) =>
        tensor(Enumerable.Range(0, rows * columns).Select(static i => (float)Math.Sin(7 * i)).ToArray()).reshape(rows, columns);

    /// <summary>A teacher that notes the images it is shown.</summary>
    private sealed class Seen
    {
        public Tensor Images { get; private set; } = null!;

        public Frozen Teacher(Tensor target) =>
            new(x =>
            {
                Images = x.clone();
                return target;
            });
    }
}
