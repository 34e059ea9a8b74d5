using SimClrDsl.Runtime.Optim;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Tests.Optim;

public sealed class GlobalNormTests
{
    // Four leaves of (3, 4): the norm of all together is √(4 · 25) = 10.
    [Fact]
    public void Gradients_longer_than_the_limit_get_its_length() =>
        Assert.All(GlobalNorm.Clip(Parts.All(3, 4), limit: 5).Leaves(), static leaf => Values.Close([1.5f, 2], leaf.Value.Floats(), 1e-6));

    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    public void Gradients_shorter_than_the_limit_stay_to_the_bit(double limit) =>
        Assert.All(GlobalNorm.Clip(Parts.All(3, 4), limit).Leaves(), static leaf => Assert.Equal([3f, 4f], leaf.Value.Floats()));

    [Fact]
    public void Gradients_of_zeros_stay_zeros() => Assert.Equal([0f, 0f], GlobalNorm.Clip(Parts.All(0, 0), limit: 1).Kernel.Floats());

    [Fact]
    public void The_gradients_themselves_are_left_alone()
    {
        var gradients = Parts.All(3, 4);
        _ = GlobalNorm.Clip(gradients, limit: 1);
        Assert.Equal([3f, 4f], gradients.Kernel.Floats());
    }
}
