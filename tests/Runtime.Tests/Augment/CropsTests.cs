using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Augment;

public sealed class CropsTests
{
    private static readonly Key Seed = Key.FromSeed(2);

    [Fact]
    public void Views_have_the_side_asked_for_and_stay_in_range()
    {
        var view = Values.Images(16, 3, 32, 32).RandomCrop(Seed, 24, 0.08, 1, 0.5);
        Assert.Equal([16, 3, 24, 24], view.shape);
        Assert.Equal(ScalarType.Float32, view.dtype);
        Assert.All(view.Floats(), static value => Assert.InRange(value, 0f, 1f));
    }

    [Fact]
    public void The_key_decides_the_view()
    {
        var images = Values.Images(8, 1, 28, 28);
        var view = images.RandomCrop(Seed, 28, 0.2, 1, 0.5).Floats();
        Assert.Equal(view, images.RandomCrop(Seed, 28, 0.2, 1, 0.5).Floats());
        Assert.NotEqual(view, images.RandomCrop(Seed.At(1), 28, 0.2, 1, 0.5).Floats());
    }

    [Fact]
    public void A_sample_does_not_depend_on_the_size_of_its_batch()
    {
        var images = Values.Images(8, 3, 16, 16);
        var all = images.RandomCrop(Seed, 16, 0.2, 1, 0.5).narrow(0, 0, 3);
        Values.Close(all.Floats(), images.narrow(0, 0, 3).RandomCrop(Seed, 16, 0.2, 1, 0.5).Floats(), 1e-6);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(1.0)]
    public void Flips_happen_as_often_as_asked(double flip)
    {
        // A wedge, darker on the left in every crop that is not mirrored.
        const int count = 1000;
        var wedge = arange(0, 16).mul(16).to(ScalarType.Byte).expand([count, 1, 16, 16]);
        var view = wedge.RandomCrop(Seed, 16, 0.5, 1, flip);
        var mirrored = view.select(3, 0).mean([1, 2]).Floats().Zip(view.select(3, 15).mean([1, 2]).Floats(), static (l, r) => l > r);
        Assert.InRange(mirrored.Count(static m => m) / (double)count, flip - 0.05, flip + 0.05);
    }

    [Fact]
    public void Evaluation_sees_small_images_whole()
    {
        var images = Values.Images(2, 3, 32, 32);
        Assert.Equal(images.to(ScalarType.Float32).div(255).Floats(), images.ForEvaluation(32).Floats());
        Assert.Equal([2, 3, 24, 24], images.ForEvaluation(24).shape);
    }

    [Fact]
    public void Evaluation_sees_the_middle_of_large_images()
    {
        var images = Values.Images(2, 3, 64, 64);
        var middle = images.Resample([new(4, 4, 56, 56), new(4, 4, 56, 56)], new bool[2], 64);
        Assert.Equal(middle.Floats(), images.ForEvaluation(64).Floats());
    }

    [Fact]
    public void The_network_gets_the_type_it_computes_in()
    {
        var pixels = Values.Pixels(2, 3, 8, 8);
        var input = pixels.ForNetwork(ScalarType.BFloat16);
        Assert.Equal(ScalarType.BFloat16, input.dtype);
        Assert.Equal([2, 6, 8, 8], input.shape);
        Values.Close(pixels.Floats(), input.narrow(1, 0, 3).Floats(), 1.0 / 256);
        Values.Close(pixels.Floats(), Pixels.Sum(input).Floats(), 1.0 / (1 << 17));
        Assert.Equal(pixels.Floats(), pixels.ForNetwork(ScalarType.Float32).Floats());
    }
}
