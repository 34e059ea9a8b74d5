using SimClrDsl.Runtime.Optim;

namespace SimClrDsl.Runtime.Tests.Optim;

public sealed class LearningRateTests
{
    // Reference facts, section 6.2: ImageNet pretraining.
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 5.115498e-4, 1e-10)]
    [InlineData(6255, 3.1997442, 1e-7)]
    [InlineData(12511, 6.4, 0)]
    [InlineData(131369, 3.2000211, 1e-7)]
    [InlineData(250227, 2.79e-10, 1e-12)]
    public void Pretraining_warms_up_and_follows_a_cosine(int step, double expected, double tolerance) =>
        Assert.InRange(
            LearningRate.Cosine(step, totalSteps: 250228, warmupSteps: 12511, peak: 6.4),
            expected - tolerance,
            expected + tolerance
        );

    // The same section: fine-tuning on 1 % of the labels, without warm-up.
    [Theory]
    [InlineData(0, 0.16, 0)]
    [InlineData(375, 0.0801673, 1e-7)]
    [InlineData(750, 7.0e-7, 1e-9)]
    public void Fine_tuning_starts_at_its_peak(int step, double expected, double tolerance) =>
        Assert.InRange(LearningRate.Cosine(step, totalSteps: 751, warmupSteps: 0, peak: 0.16), expected - tolerance, expected + tolerance);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    [InlineData(99, 2)]
    public void A_constant_rate_warms_up_too(int step, double expected) =>
        Assert.Equal(expected, LearningRate.Constant(step, warmupSteps: 4, peak: 2));

    [Fact]
    public void All_warm_up_never_divides_by_zero() =>
        Assert.Equal(3, LearningRate.Cosine(step: 5, totalSteps: 5, warmupSteps: 5, peak: 3));
}
