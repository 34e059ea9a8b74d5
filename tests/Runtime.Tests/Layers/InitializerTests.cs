using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Tensors;
using Basic18 = SimClrDsl.Experiments.Basic18;
using OnlineEncoder = SimClrDsl.Experiments.OnlineEncoder;
using Selective50 = SimClrDsl.Experiments.Selective50;

namespace SimClrDsl.Runtime.Tests.Layers;

public sealed class InitializerTests
{
    private static readonly Key Key = Key.FromSeed(5);

    // Reference facts, section 1.5: standard deviation √(1 / fan-in) after the cut at ±2σ, σ = √(1 / fan-in) / 0.8796.
    [Theory]
    [InlineData(64, 128, 3)]
    [InlineData(256, 256, 1)]
    [InlineData(16, 256, 7)]
    public void Convolutions_are_truncated_normals_by_fan_in(int inputs, int outputs, int kernel)
    {
        var weights = Initializers.Convolution(Key, inputs, outputs, kernel);
        Assert.Equal([outputs, inputs, kernel, kernel], weights.shape);
        var deviation = Math.Sqrt(1.0 / (kernel * kernel * inputs));
        var values = weights.Floats();
        Assert.Equal(deviation, Deviation(values), 0.02 * deviation);
        Assert.Equal(0, values.Average(), 0.02 * deviation);
        var edge = 2 * deviation / 0.8796;
        Assert.InRange(values.Max(Math.Abs), 0.99 * edge, edge);

        // A normal cut at ±2σ has 68.27 / 95.45 of its mass within ±σ: neither uniform nor merely clamped.
        var within = values.Count(value => Math.Abs(value) < edge / 2) / (double)values.Length;
        Assert.Equal(0.6827 / 0.9545, within, 0.01);
    }

    [Fact]
    public void Projection_kernels_have_a_standard_deviation_of_a_hundredth()
    {
        var weights = Initializers.Dense(Key, inputs: 200, outputs: 300);
        Assert.Equal([300, 200], weights.shape);
        Assert.Equal(0.01, Deviation(weights.Floats()), 0.0002);
    }

    [Fact]
    public void The_same_key_gives_the_same_weights()
    {
        Assert.Equal(Initializers.Convolution(Key, 3, 8, 3).Floats(), Initializers.Convolution(Key, 3, 8, 3).Floats());
        Assert.NotEqual(Initializers.Convolution(Key, 3, 8, 3).Floats(), Initializers.Convolution(Key.At(0), 3, 8, 3).Floats());
        Assert.Equal(Initializers.Dense(Key, 3, 8).Floats(), Initializers.Dense(Key, 3, 8).Floats());
        Assert.NotEqual(Initializers.Dense(Key, 3, 8).Floats(), Initializers.Dense(Key.At(0), 3, 8).Floats());
    }

    [Fact]
    public void Only_the_last_scale_of_a_block_starts_at_zero()
    {
        Only(Basic18.ContrastiveNetwork.Init(Key).Leaves(), "second.norm.scale");
        Only(Selective50.ContrastiveNetwork.Init(Key).Leaves(), "expand.norm.scale");
    }

    // Reference facts, section 3: normal with standard deviation 0.01 and bias 0 from scratch, zeros on a network from a checkpoint.
    [Fact]
    public void Classifiers_are_normal_from_scratch_and_zeros_on_a_trained_network()
    {
        var fresh = Dense.Init(Key, inputs: 200, classes: 300);
        Assert.Equal([300, 200], fresh.Kernel.shape);
        Assert.Equal(0.01, Deviation(fresh.Kernel.Floats()), 0.0002);
        Assert.All(fresh.Bias.Floats(), static value => Assert.Equal(0, value));
        Assert.All(
            Dense.Zeros(inputs: 3, classes: 4).Leaves(),
            static leaf => Assert.All(leaf.Value.Floats(), static value => Assert.Equal(0, value))
        );
    }

    // The generated networks: the baseline, the student and the online classifier start from scratch; fine-tuning starts from zeros.
    [Fact]
    public void Each_generated_classifier_starts_as_its_stage_does()
    {
        Normal(Basic18.LabelOnlyNetwork.Init(Key).Classifier);
        Normal(Basic18.StudentNetwork.Init(Key).Classifier);
        var pretrained = OnlineEncoder.ContrastiveNetwork.Init(Key);
        Normal(OnlineEncoder.PretrainStep.Carry(pretrained, OnlineEncoder.ContrastiveNetwork.Start(pretrained), Key).Online.Params);

        var network = Basic18.ContrastiveNetwork.Init(Key);
        var begun = Basic18.FinetuneStep.FromPretrained(new(network, Basic18.ContrastiveNetwork.Start(network))).Params.Classifier;
        Assert.All(begun.Leaves(), static leaf => Assert.All(leaf.Value.Floats(), static value => Assert.Equal(0, value)));

        static void Normal(Dense.Params classifier)
        {
            Assert.InRange(Deviation(classifier.Kernel.Floats()), 0.007, 0.013);
            Assert.All(classifier.Bias.Floats(), static value => Assert.Equal(0, value));
        }
    }

    // Draws of the classifier and of the encoder's and head's layers are independent: no two kernels of a network hold the same numbers.
    [Fact]
    public void No_two_layers_of_a_network_share_a_draw()
    {
        var first = Basic18
            .FinetunedNetwork.Init(Key)
            .Leaves()
            .Where(static leaf => leaf.Role is LeafRole.Kernel or LeafRole.ClassifierKernel)
            .Select(static leaf => leaf.Value.Floats())
            .Select(static values => values[0] / values[1])
            .ToList();
        Assert.Equal(first.Count, first.Select(static value => Math.Round(value, 6)).Distinct().Count());
    }

    [Fact]
    public void Statistics_start_as_those_of_a_standard_normal()
    {
        var state = Basic18.Encoder.Start(Basic18.Encoder.Init(Key));
        Assert.All(
            state.Leaves(),
            static leaf =>
                Assert.All(
                    leaf.Value.Floats(),
                    value => Assert.Equal(leaf.Path.EndsWith("variance", StringComparison.Ordinal) ? 1f : 0f, value)
                )
        );
    }

    private static void Only(IEnumerable<Leaf> leaves, string zeroScale)
    {
        foreach (var leaf in leaves.Where(static leaf => leaf.Role == LeafRole.Normalization))
        {
            var zero = leaf.Path.EndsWith("shift", StringComparison.Ordinal) || leaf.Path.EndsWith(zeroScale, StringComparison.Ordinal);
            Assert.All(leaf.Value.Floats(), value => Assert.True(value == (zero ? 0 : 1), leaf.Path));
        }
    }

    private static double Deviation(float[] values)
    {
        var mean = values.Average(static value => (double)value);
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
