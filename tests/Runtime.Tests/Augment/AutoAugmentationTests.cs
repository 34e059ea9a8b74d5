using System.Globalization;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Augment;

public sealed class AutoAugmentationTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Every operation of the policies, weakest to strongest, both signs, against torchvision's on bytes.</summary>
    [Fact]
    public void Operations_are_torchvisions()
    {
        using var scope = NewDisposeScope();
        var images = cat([Values.Images(3, 3, 23, 32), Smooth(3, 23, 32)]);
        var (input, output, list) = (folder.File("images.bin"), folder.File("answers.bin"), folder.File("operations.txt"));
        File.WriteAllBytes(input, images.bytes.ToArray());
        var cases = (
            from operation in Enum.GetValues<PolicyOperation>()
            from level in new[] { 0, 3, 7, 9 }
            from sign in new[] { 1, -1 }
            select (operation, level, sign, magnitude: AutoAugmentation.Magnitude(operation, level, sign, 23, 32))
        ).ToList();
        File.WriteAllLines(list, cases.Select(static c => $"{c.operation} {c.magnitude.ToString("R", CultureInfo.InvariantCulture)}"));
        Python.Run("torchvision_operations.py", input, "6", "3", "23", "32", list, output);
        var answers = tensor(File.ReadAllBytes(output)).reshape(cases.Count, 6, 3, 23, 32);
        var x = images.to(ScalarType.Float32);
        foreach (var (i, (operation, level, sign, magnitude)) in cases.Index())
        {
            var ours = AutoAugmentation.Apply(operation, x, full([6, 1, 1, 1], (float)magnitude));
            Assert.True(ours.eq(ours.floor()).all().item<bool>() && ours.min().item<float>() >= 0 && ours.max().item<float>() <= 255);

            // A pixel may fall to the other side of a rounding: by one level, or, where an image moves, to its neighbour.
            var apart = (ours - answers.select(0, i).to(ScalarType.Float32)).abs().gt(1).to(ScalarType.Float32).mean().item<float>();
            Assert.True(apart <= (Moves(operation) ? 0.01 : 0), $"{operation} at {level}, sign {sign}: {apart:P2} of the pixels differ");
        }
    }

    [Fact]
    public void Policies_have_the_papers_first_and_last_pairs()
    {
        Assert.Equal((25, 25), (Policies.Of(AutoAugmentPolicy.Imagenet).Count, Policies.Of(AutoAugmentPolicy.Cifar10).Count));
        Assert.Equal(
            (new(PolicyOperation.Posterize, 0.4, 8), new(PolicyOperation.Rotate, 0.6, 9)),
            Policies.Of(AutoAugmentPolicy.Imagenet)[0]
        );
        Assert.Equal(
            (new(PolicyOperation.TranslateY, 0.7, 9), new(PolicyOperation.AutoContrast, 0.9)),
            Policies.Of(AutoAugmentPolicy.Cifar10)[^1]
        );
    }

    [Theory]
    [InlineData(AutoAugmentPolicy.Imagenet)]
    [InlineData(AutoAugmentPolicy.Cifar10)]
    public void Each_image_draws_for_itself(AutoAugmentPolicy policy)
    {
        var images = cat([Smooth(8, 16, 16), Smooth(8, 16, 16)]).to(ScalarType.Float32).div(255);
        var key = Key.FromSeed(3);
        var views = images.AutoAugment(key, policy);
        Assert.Equal(views.Floats(), images.AutoAugment(key, policy).Floats());
        Assert.InRange(Values.Differing(images, views), 4, 16);
        Assert.NotEqual(views.narrow(0, 0, 8).Floats(), views.narrow(0, 8, 8).Floats());
        Assert.Equal(views.narrow(0, 0, 4).Floats(), images.narrow(0, 0, 4).AutoAugment(key, policy).Floats());
        Assert.True(views.min().item<float>() >= 0 && views.max().item<float>() <= 1);
    }

    [Fact]
    public void Grey_images_keep_their_channel() =>
        Assert.Equal([4, 1, 12, 12], Values.Pixels(4, 1, 12, 12).AutoAugment(Key.FromSeed(1), AutoAugmentPolicy.Cifar10).shape);

    private static bool Moves(PolicyOperation operation) =>
        operation
            is PolicyOperation.ShearX
                or PolicyOperation.ShearY
                or PolicyOperation.TranslateX
                or PolicyOperation.TranslateY
                or PolicyOperation.Rotate;

    // Gradients of few colours, so that histograms have gaps.
    private static Tensor Smooth(int n, int height, int width) =>
        arange(n * 3 * height * width).remainder(61).mul(2).add(40).to(ScalarType.Byte).reshape(n, 3, height, width);
}
