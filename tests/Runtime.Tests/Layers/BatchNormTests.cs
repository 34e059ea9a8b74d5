using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Layers;

public sealed class BatchNormTests
{
    private static readonly BatchNorm.Params Parameters = new(tensor([2f]), tensor([1f]));

    // Mean 2 and biased variance 1; the unbiased one would be 2.
    private static Tensor Batch =>
        tensor(
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
        Values.Close([1 - (2 / MathF.Sqrt(1.00001f)), 1 + (2 / MathF.Sqrt(1.00001f))], y.Value.Floats(), 1e-6);
        Values.Close([(0.9f * 10) + (0.1f * 2)], next.Mean.Floats(), 1e-6);
        Values.Close([(0.9f * 4) + (0.1f * 1)], next.Variance.Floats(), 1e-6);
    }

    [Fact]
    public void A_batch_norm_may_keep_the_unbiased_variance_as_PyTorch_does()
    {
        var state = new BatchNorm.State(tensor([10f]), tensor([4f]));
        var (y, next) = BatchNorm.Forward(Parameters, state, Batch, Phase.TrainUnbiased);
        Assert.Equal(BatchNorm.Forward(Parameters, state, Batch, Phase.Train).Y.Value.Floats(), y.Value.Floats());
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
        Values.Close([1 - 9, 1 - 7], y.Value.Floats(), 1e-4);
        Assert.Same(state, next);
    }

    // Under running statistics a batch norm is x ↦ γ · (x − mean) / √(variance + ε) + β: the gradient of x is γ / √(variance + ε) that of
    // y, that of γ Σ (x − mean) / √(variance + ε) · dy, that of β Σ dy. In float64, which is composed of plain operators, and in float32,
    // which is fused.
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void The_gradient_at_inference_is_that_of_a_scale_and_a_shift(ScalarType type)
    {
        Tensor Numbers(params double[] values) => tensor(values).to(type);
        var p = new BatchNorm.Params(Numbers(2, -3).requires_grad_(true), Numbers(1, 0.5).requires_grad_(true));
        var s = new BatchNorm.State(Numbers(10, -1), Numbers(4, 0.25));
        var x = Numbers(1, 2, 3, 4, 5, 6, 7, 8).reshape(2, 2, 2, 1).requires_grad_(true); // channel 0: 1, 2, 5, 6
        var dy = Numbers(1, -1, 2, 0.5, 3, 1, -2, 1).reshape(2, 2, 2, 1);
        var (y, _) = BatchNorm.Forward(p, s, x, Phase.Infer);
        var gradients = autograd.grad([y], [x, p.Scale, p.Shift], [dy]);
        var (first, second) = (1 / Math.Sqrt(4 + 1e-5), 1 / Math.Sqrt(0.25 + 1e-5));
        float[] Of(params double[] values) => Array.ConvertAll(values, static value => (float)value);
        Values.Close(
            Of(2 * first, -2 * first, -6 * second, -1.5 * second, 6 * first, 2 * first, 6 * second, -3 * second),
            gradients[0].Floats(),
            1e-5
        );
        Values.Close(Of(first * (-9 + 8 - 15 - 4), second * ((4 * 2) + (5 * 0.5) - (8 * 2) + 9)), gradients[1].Floats(), 1e-4);
        Values.Close(Of(1 - 1 + 3 + 1, 2 + 0.5 - 2 + 1), gradients[2].Floats(), 1e-5);
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
