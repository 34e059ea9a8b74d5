using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>What generated steps carry on besides parameters, statistics and momentum.</summary>
public sealed class CarriedTests
{
    [Fact]
    public void Averaged_weights_follow_the_weights_after_each_step()
    {
        var trial = AdamTrials.Finetune;
        var state = trial.Start();
        var expected = state.Params.Classifier.Kernel.Floats();
        Assert.Equal(expected, state.Statistics.Average.Classifier.Kernel.Floats());
        for (var step = 1; step <= 4; step++)
        {
            state = trial.Fold(state, until: step);
            expected = [.. expected.Zip(state.Params.Classifier.Kernel.Floats(), static (a, w) => (0.5f * a) + (0.5f * w))];
            Values.Close(expected, state.Statistics.Average.Classifier.Kernel.Floats(), 1e-6);
        }

        Assert.NotEqual(expected, state.Params.Classifier.Kernel.Floats());
    }

    // The first step of Adam moves every weight by the rate at most, whatever the gradient; squares are of the clipped gradient.
    [Fact]
    public void Adams_squares_are_of_the_clipped_gradient()
    {
        var trial = AdamTrials.Pretrain;
        var start = trial.Start();
        var before = start.Params.Clone();
        var state = trial.Fold(start, until: 1);
        var squares = state.Statistics.Squares.Leaves().Sum(static leaf => leaf.Value.sum().item<float>());
        var first = state.Momentum.Leaves().Sum(static leaf => leaf.Value.square().sum().item<float>());

        // m = 0.1 · g, v = 0.001 · g², so that Σv / Σm² = 0.001 / 0.01.
        Assert.Equal(0.1, squares / first, 1e-4);
        foreach (var (was, now) in before.Leaves().Zip(state.Params.Leaves()))
        {
            Assert.True((now.Value - was.Value).abs().max().item<float>() <= 0.01001, was.Path);
        }
    }

    [Fact]
    public void Parameters_momentum_and_averages_stay_in_their_buffers()
    {
        var trial = AdamTrials.Pretrain;
        var state = trial.Start();
        var before = Buffers(state);
        Assert.Equal(before, Buffers(trial.Fold(state, until: 3)), ReferenceEqualityComparer.Instance);
    }

    private static Tensor[] Buffers(
        TrainState<Experiments.Adam18.ContrastiveNetwork.Params, Experiments.Adam18.PretrainStep.Carried> state
    ) =>
        [
            .. new[] { state.Params, state.Momentum, state.Statistics.Squares, state.Statistics.Average, state.Statistics.Memory.Params }
                .SelectMany(static tree => tree.Leaves())
                .Select(static leaf => leaf.Value),
        ];
}
