using SimClrDsl.Runtime.Optim;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Tests.Optim;

public sealed class MovingAverageTests
{
    [Fact]
    public void An_average_moves_every_leaf_by_its_share()
    {
        var average = Parts.All(1, 2);
        var next = MovingAverage.Update(average, Parts.All(3, -2), decay: 0.75);
        foreach (var leaf in next.Leaves())
        {
            Values.Close([1.5f, 1], leaf.Value.Floats(), 1e-7);
        }

        Assert.Same(average.Kernel, next.Kernel);
    }

    [Fact]
    public void Without_decay_an_average_is_a_copy_to_the_bit() =>
        Assert.Equal([0.1f, -1e-30f], MovingAverage.Update(Parts.All(7, 3), Parts.All(0.1f, -1e-30f), decay: 0).Kernel.Floats());

    [Fact]
    public void With_decay_1_an_average_stays() =>
        Assert.Equal([0.1f, 3], MovingAverage.Update(Parts.All(0.1f, 3), Parts.All(5, 5), decay: 1).Kernel.Floats());
}
