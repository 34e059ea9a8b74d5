using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Augment;

public sealed class BroaderOperationsTests
{
    private static readonly Key Key = Key.FromSeed(5);

    [Fact]
    public void A_step_from_black_to_white_becomes_white_and_flat_ground_black()
    {
        var images = zeros(1, 1, 4, 6);
        images.narrow(3, 3, 3).fill_(1);
        var edges = images.Sobel(Key, probability: 1);
        Assert.Equal([0, 0, 1, 1, 0, 0], edges.select(2, 1).Floats());
        Assert.Equal(edges.select(2, 1).Floats(), edges.select(2, 3).Floats());
        Assert.Equal(edges.Floats(), images.mul(-1).add(1).Sobel(Key, probability: 1).Floats());
    }

    // By hand, with Sobel's kernels as the sums they are, borders repeated.
    [Fact]
    public void The_gradient_is_that_of_Sobels_filter()
    {
        var images = Values.Pixels(2, 3, 5, 7);
        var actual = images.Sobel(Key, probability: 1);
        double At(int n, int c, int y, int x) => images[n, c, Math.Clamp(y, 0, 4), Math.Clamp(x, 0, 6)].item<float>();
        for (var (y, x) = (0, 0); y < 5; (y, x) = x == 6 ? (y + 1, 0) : (y, x + 1))
        {
            var across = Enumerable.Range(-1, 3).Sum(d => (2 - Math.Abs(d)) * (At(1, 2, y + d, x + 1) - At(1, 2, y + d, x - 1))) / 4;
            var down = Enumerable.Range(-1, 3).Sum(d => (2 - Math.Abs(d)) * (At(1, 2, y + 1, x + d) - At(1, 2, y - 1, x + d))) / 4;
            Assert.Equal(Math.Min(1, Math.Sqrt((across * across) + (down * down))), actual[1, 2, y, x].item<float>(), 1e-5);
        }
    }

    [Fact]
    public void Solarising_inverts_what_is_brighter_than_half()
    {
        var images = tensor(new float[] { 0, 100, 127, 128, 200, 255 }).div(255).reshape(1, 1, 2, 3);
        Values.Close([0, 100 / 255f, 127 / 255f, 127 / 255f, 55 / 255f, 0], images.Solarize(Key, probability: 1).Floats(), 1e-6);
    }

    [Fact]
    public void Equalising_uses_the_whole_range()
    {
        var images = Values.Pixels(2, 3, 64, 64).mul(0.2).add(0.4);
        var even = images.Equalize(Key, probability: 1);
        Assert.All(even.amin([2, 3]).Floats(), static least => Assert.InRange(least, 0, 0.1));
        Assert.All(even.amax([2, 3]).Floats(), static most => Assert.InRange(most, 0.9, 1));
    }

    [Fact]
    public void Only_the_chosen_images_change()
    {
        var images = Values.Pixels(64, 3, 32, 32);
        Assert.InRange(Values.Differing(images, images.Sobel(Key, probability: 0.5)), 20, 44);
        Assert.InRange(Values.Differing(images, images.Solarize(Key, probability: 0.5)), 20, 44);
        Assert.InRange(Values.Differing(images, images.Equalize(Key, probability: 0.5)), 20, 44);
        Assert.Equal(images.Floats(), images.Sobel(Key, probability: 0).Floats());
    }
}
