using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Augment;

public sealed class GreyAndBlurTests
{
    private static readonly Key Seed = Key.FromSeed(8);

    [Fact]
    public void Grayscale_replaces_all_channels_by_the_luminance()
    {
        var images = Values.Pixels(3, 3, 5, 5);
        var grey = images.Grayscale(Seed, probability: 1).Floats().Chunk(25).ToList();
        var colour = images.Floats().Chunk(25).ToList();
        for (var n = 0; n < 3; n++)
        {
            var expected = Enumerable
                .Range(0, 25)
                .Select(i => (0.2989f * colour[3 * n][i]) + (0.587f * colour[(3 * n) + 1][i]) + (0.114f * colour[(3 * n) + 2][i]));
            Values.Close([.. expected], grey[3 * n], 1e-6);
            Assert.Equal(grey[3 * n], grey[(3 * n) + 1]);
            Assert.Equal(grey[3 * n], grey[(3 * n) + 2]);
        }
    }

    [Fact]
    public void Grayscale_hits_the_share_asked_for_and_leaves_grey_images_alone()
    {
        var images = Values.Pixels(500, 3, 2, 2);
        var hit = Values.Differing(images, images.Grayscale(Seed, 0.2));
        Assert.InRange(hit / 500.0, 0.15, 0.25);
        Assert.Equal(images.Floats(), images.Grayscale(Seed, 0).Floats());
        var one = Values.Pixels(4, 1, 2, 2);
        Assert.Equal(one.Floats(), one.Grayscale(Seed, 1).Floats());
    }

    [Theory]
    [InlineData(11, 0.1)]
    [InlineData(11, 2.0)]
    [InlineData(1, 0.7)]
    public void The_blur_kernel_is_a_symmetric_bell_that_sums_to_one(int radius, double sigma)
    {
        var kernel = Blurring.Kernel(radius, sigma);
        Assert.Equal((2 * radius) + 1, kernel.Length);
        Assert.Equal(1, kernel.Sum(), 1e-6);
        Assert.Equal(kernel, kernel.Reverse());
        Assert.Equal(Math.Exp(-1 / (2 * sigma * sigma)), kernel[radius + 1] / kernel[radius], 1e-6);
    }

    // A white pixel spreads as far as the kernel reaches: the reference's is the side // 10, halved, each way.
    [Theory]
    [InlineData(224, 11)]
    [InlineData(96, 4)]
    [InlineData(64, 3)]
    [InlineData(40, 2)]
    [InlineData(32, 1)]
    [InlineData(28, 1)]
    [InlineData(19, 0)]
    public void Blur_reaches_as_far_as_the_references(int side, int radius)
    {
        var point = zeros(1, 1, side, side);
        point[0, 0, side / 2, side / 2] = ones([]);

        // A key whose sigma is large, so that the kernel's outermost weights show.
        var key = Enumerable
            .Range(0, 100)
            .Select(static i => Key.FromSeed(i))
            .First(key => radius == 0 || point.Blur(key, 1).max().item<float>() < 0.2);
        var blurred = point.Blur(key, 1)[0, 0];
        var (row, column) = (blurred[side / 2].Floats(), blurred.select(1, side / 2).Floats());
        Assert.Equal(radius, Enumerable.Range(0, side).Where(x => row[x] > 0).Max(x => Math.Abs(x - (side / 2))));
        Values.Close(row, column, 1e-7);
    }

    [Fact]
    public void Blur_keeps_an_even_image_inside_and_darkens_its_border()
    {
        // 40 px: a tenth is 4, radius 2.
        var white = ones(2, 3, 40, 40).Blur(Seed, probability: 1);
        Values.Close(ones(2, 3, 36, 36).Floats(), white.narrow(2, 2, 36).narrow(3, 2, 36).Floats(), 1e-6);
        Assert.All(white.narrow(2, 0, 1).Floats(), static value => Assert.True(value < 1));
    }

    [Fact]
    public void Blur_is_the_convolution_with_the_outer_product_of_its_kernel()
    {
        var images = Values.Pixels(2, 3, 42, 42);
        var kernel = Blurring.Kernel(2, Seed.At("blur").At("sigma").Uniform(0, 0.1, 2));
        var (x, y) = (images[1, 2].Floats(), images.Blur(Seed, 1)[1, 2].Floats());
        var expected =
            from i in Enumerable.Range(0, 42)
            from j in Enumerable.Range(0, 42)
            select (
                from u in Enumerable.Range(-2, 5)
                from v in Enumerable.Range(-2, 5)
                where i + u is >= 0 and < 42 && j + v is >= 0 and < 42
                select kernel[u + 2] * kernel[v + 2] * x[((i + u) * 42) + j + v]
            ).Sum();
        Values.Close([.. expected], y, 2e-6);
    }

    [Fact]
    public void Blur_hits_the_share_asked_for_and_repeats_with_the_key()
    {
        var images = Values.Pixels(300, 1, 20, 20);
        var blurred = images.Blur(Seed, 0.5);
        Assert.InRange(Values.Differing(images, blurred), 120, 180);
        Assert.Equal(blurred.Floats(), images.Blur(Seed, 0.5).Floats());
        Assert.NotEqual(blurred.Floats(), images.Blur(Seed.At(1), 0.5).Floats());
    }
}
