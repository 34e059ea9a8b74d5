using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Layers;

public sealed class BatchNormTests
{
    private static readonly BatchNorm.Params Parameters = new(tensor([2f]), tensor([1f]));

    // Mean 2 and biased variance 1; the unbiased one would be 2.
    private static readonly Tensor Batch = tensor(
        new float[,]
        {
            { 1 },
            { 3 },
        }
    );

    [Fact]
    public void Training_moves_a_tenth_towards_the_batchs_mean_and_biased_variance()
    {
        var (y, next) = BatchNorm.Forward(Parameters, new(tensor([10f]), tensor([4f])), Batch, Phase.Train);
        Values.Close([1 - (2 / MathF.Sqrt(1.00001f)), 1 + (2 / MathF.Sqrt(1.00001f))], y.Floats(), 1e-6);
        Values.Close([(0.9f * 10) + (0.1f * 2)], next.Mean.Floats(), 1e-6);
        Values.Close([(0.9f * 4) + (0.1f * 1)], next.Variance.Floats(), 1e-6);
    }

    [Fact]
    public void It_may_keep_the_unbiased_variance_as_PyTorch_does()
    {
        var state = new BatchNorm.State(tensor([10f]), tensor([4f]));
        var (y, next) = BatchNorm.Forward(Parameters, state, Batch, Phase.TrainUnbiased);
        Assert.Equal(BatchNorm.Forward(Parameters, state, Batch, Phase.Train).Y.Floats(), y.Floats());
        Values.Close([(0.9f * 10) + (0.1f * 2)], next.Mean.Floats(), 1e-6);
        Values.Close([(0.9f * 4) + (0.1f * 2)], next.Variance.Floats(), 1e-6);
    }

    [Fact]
    public void The_statistics_it_is_given_stay_as_they_are_and_the_next_ones_carry_no_gradient()
    {
        var state = new BatchNorm.State(tensor([10f]), tensor([4f]));
        var tracked = Parameters.Map(static leaf => leaf.clone().requires_grad_(true));
        var (_, next) = BatchNorm.Forward(tracked, state, Batch.clone().requires_grad_(true), Phase.Train);
        Assert.Equal([10f], state.Mean.Floats());
        Assert.Equal([4f], state.Variance.Floats());
        Assert.All(next.Leaves(), static leaf => Assert.False(leaf.Value.requires_grad));
    }

    [Fact]
    public void Inference_normalises_with_the_running_statistics_and_keeps_them()
    {
        var state = new BatchNorm.State(tensor([10f]), tensor([4f]));
        var (y, next) = BatchNorm.Forward(Parameters, state, Batch, Phase.Infer);
        Values.Close([1 - 9, 1 - 7], y.Floats(), 1e-4);
        Assert.Same(state, next);
    }

    [Fact]
    public void Images_are_normalised_over_all_but_their_channels()
    {
        var x = arange(24, dtype: ScalarType.Float32).reshape(2, 3, 2, 2);
        var (_, next) = BatchNorm.Forward(BatchNorm.Init(3), new(zeros(3), zeros(3)), x, Phase.Train);
        Values.Close([0.75f, 1.15f, 1.55f], next.Mean.Floats(), 1e-5);
        Values.Close([3.725f, 3.725f, 3.725f], next.Variance.Floats(), 1e-5);
    }
}
