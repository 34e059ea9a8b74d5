using SimClrDsl.Runtime.Objectives;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Objectives;

public sealed class NtXentTests
{
    // Reference facts, section 4, where the values are the reference code's: the sum of two means.
    private static readonly float[,] Three =
    {
        { 1, 2, 3 },
        { -1, 0, 2 },
        { 0.5f, 0.5f, -1 },
        { 1, 2, 2 },
        { 0, -1, 1 },
        { 1, 0, -1 },
    };

    private static readonly float[,] Two =
    {
        { 1, 0 },
        { 0, 1 },
        { 1, 1 },
        { -1, 1 },
    };

    [Fact]
    public void The_loss_of_three_images_has_its_golden_value() => Assert.Equal(0.22085001 / 2, Loss(tensor(Three), 0.1), 1e-6);

    [Fact]
    public void The_loss_of_two_images_has_its_golden_value() => Assert.Equal(1.07193870 / 2, Loss(tensor(Two), 0.5), 1e-6);

    // Of one image there is nothing to tell its views from: each is the other's only candidate, however unlike they are, and the loss is 0.
    [Theory]
    [InlineData(0.1)]
    [InlineData(1e-10)]
    [InlineData(1e-30)]
    public void The_views_of_one_image_find_each_other_at_any_temperature(double temperature) =>
        Assert.Equal(
            0,
            Loss(
                tensor(
                    new float[,]
                    {
                        { 3, 4 },
                        { -3, -4 },
                    }
                ),
                temperature
            ),
            1e-6
        );

    [Fact]
    public void The_references_objective_is_twice_the_mean_of_Eq_1()
    {
        Assert.Equal(0.22085001 / 2, ContrastiveLoss.Of(tensor(Three).Rows(), 0.1), 1e-8);
        Assert.Equal(1.07193870 / 2, ContrastiveLoss.Of(tensor(Two).Rows(), 0.5), 1e-8);
    }

    [Theory]
    [InlineData(2, 3, 0.1)]
    [InlineData(7, 5, 0.5)]
    [InlineData(32, 16, 0.07)]
    public void The_loss_equals_brute_force_on_random_rows(int images, int width, double temperature)
    {
        var z = Random(images, width);
        Assert.Equal(ContrastiveLoss.Of(z.Rows(), temperature), Loss(z, temperature), 1e-5);
    }

    [Fact]
    public void The_length_of_a_row_does_not_matter()
    {
        var z = Random(6, 4);
        var lengths = tensor([0.01f, 3, 7, 100, 0.5f, 2, 9, 1, 4, 0.2f, 30, 1]).reshape(12, 1);
        Assert.Equal(Loss(z, 0.1), Loss(z * lengths, 0.1), 1e-5);
    }

    [Fact]
    public void Half_precision_is_widened_before_the_mask()
    {
        var z = Random(4, 4).to(ScalarType.BFloat16);
        Assert.Equal(Loss(z.to(ScalarType.Float32), 0.1), Loss(z, 0.1), 1e-6);
    }

    [Fact]
    public void Rows_of_zeros_stay_finite() => Assert.True(double.IsFinite(Loss(zeros(4, 3), 0.1)));

    [Fact]
    public void The_gradient_is_that_of_finite_differences()
    {
        const double temperature = 0.3;
        var z = Random(3, 4).requires_grad_(true);
        var gradient = autograd.grad([NtXent.Loss(z, temperature).Loss], [z])[0].Floats();
        var rows = z.Rows();
        for (var i = 0; i < gradient.Length; i++)
        {
            double At(double by) => ContrastiveLoss.At(rows, i / 4, i % 4, by, temperature);
            Assert.Equal((At(1e-5) - At(-1e-5)) / 2e-5, gradient[i], 1e-5);
        }
    }

    [Fact]
    public void Accuracy_ranks_the_partner_among_second_views_only()
    {
        // Image 0's first view is nearest to image 1's first view, which does not count; image 1 loses to image 0's second view.
        var z = tensor(
            new float[,]
            {
                { 1, 0 },
                { 1, 0.01f },
                { 1, 0.1f },
                { 0, 1 },
            }
        );
        Assert.Equal(0.5f, NtXent.Loss(z, 0.1).Accuracy.item<float>());
    }

    // At angles 0, 0.2 and 0.05, 0.09: each first view is nearest to its partner, but second view 1 to first view 0.
    [Fact]
    public void Accuracy_is_that_of_first_views_and_not_of_second_ones()
    {
        var z = Angles(0, 0.2, 0.05, 0.09);
        Assert.Equal(1f, NtXent.Loss(z, 0.1).Accuracy.item<float>());
        Assert.Equal(0.5f, NtXent.Loss(Angles(0.05, 0.09, 0, 0.2), 0.1).Accuracy.item<float>());
        Assert.Equal(1f, NtXent.Loss(z, z, zeros(0, 2), 0.1).Accuracy.item<float>());
        Assert.Equal(1f, NtXent.OneWay(Angles(0, 0.2), Angles(0.05, 0.09), zeros(0, 2), 0.1).Accuracy.item<float>());
    }

    // Two images at right angles, both views alike: an anchor's partner has cosine 1 and both others 0, so Eq. 1 is log(1 + 2 exp(−1/τ)).
    // At a low temperature that is nothing, unless the similarity to itself counts.
    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-9)]
    [InlineData(1e-10)]
    [InlineData(1e-30)]
    public void At_low_temperatures_a_view_is_not_compared_with_itself(double temperature)
    {
        var z = Angles(0, Math.PI / 2, 0, Math.PI / 2).requires_grad_(true);
        var loss = NtXent.Loss(z, temperature).Loss;
        Assert.Equal(0, loss.item<float>());
        Assert.All(autograd.grad([loss], [z])[0].Floats(), static value => Assert.Equal(0, value));
    }

    private static Tensor Angles(params double[] angles) =>
        stack([.. angles.Select(static angle => tensor([(float)Math.Cos(angle), (float)Math.Sin(angle)]))]);

    [Fact]
    public void Accuracy_is_one_when_views_are_equal()
    {
        var half = Random(4, 8).narrow(0, 0, 4);
        Assert.Equal(1f, NtXent.Loss(cat([half, half]), 0.1).Accuracy.item<float>());
    }

    private static double Loss(Tensor z, double temperature) => NtXent.Loss(z, temperature).Loss.item<float>();

    private static Tensor Random(int images, int width)
    {
        using var generator = Key.FromSeed(images).Generator();
        return randn([2 * images, width], dtype: ScalarType.Float32, generator: generator);
    }
}
