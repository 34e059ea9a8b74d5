using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>Pictures that are given to a trained network, beside the same pictures in the data set that it was evaluated on.</summary>
public sealed class GivenPicturesTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    // Sides below and above the whole image's limit of 32, and above the limit of what is decoded into memory.
    [Theory]
    [InlineData(20, Bicubic.Tf2, true)]
    [InlineData(20, Bicubic.Torch, false)]
    [InlineData(48, Bicubic.Tf1, false)]
    [InlineData(48, Bicubic.Tf2, true)]
    [InlineData(72, Bicubic.Tf2, true)]
    [InlineData(72, Bicubic.Torch, false)]
    public void The_network_sees_the_pixels_that_evaluation_shows_it(int side, Bicubic bicubic, bool antialias)
    {
        foreach (
            var (name, i) in new[] { "train/a/1", "train/b/1", "test/a/1", "test/a/2", "test/b/1" }.Select(static (name, i) => (name, i))
        )
        {
            Write($"{name}.png", width: 30 + (40 * i), height: 130 - (20 * i), seed: i);
        }

        var plan = new DataPlan(
            DataSource.Folder,
            temp.Path,
            side,
            Channels: 3,
            Classes: 2,
            TrainImages: 2,
            TestImages: 3,
            Unlabelled: 2,
            Labels: 2
        )
        {
            Bicubic = bicubic,
            Antialias = antialias,
        };
        var evaluated = Datasets.Open(plan, Key.FromSeed(1)).Value().Test;
        var given = GivenPictures.Open([Path.Combine(temp.Path, "test")]).Value();
        Assert.Equal(["test/a/1.png", "test/a/2.png", "test/b/1.png"], given.Names.Select(name => Path.GetRelativePath(temp.Path, name)));
        var set = Assert.Single(given.Parts(ImageInput.Of(plan)));
        Assert.Equal(Pixels(evaluated, side), Pixels(set, side));
    }

    // The values that Pillow's convert("L") gives.
    [Theory]
    [InlineData(255, 0, 0, 76)]
    [InlineData(0, 255, 0, 150)]
    [InlineData(0, 0, 255, 29)]
    [InlineData(200, 100, 50, 124)]
    [InlineData(77, 77, 77, 77)]
    [InlineData(255, 255, 255, 255)]
    public void A_network_of_grey_images_sees_the_brightness_of_a_colour(byte red, byte green, byte blue, byte grey)
    {
        var path = Path.Combine(temp.Path, "one.png");
        byte[] colour = [red, green, blue];
        File.WriteAllBytes(path, Pictures.Encode(new(8, 8, [.. Enumerable.Range(0, 192).Select(i => colour[i % 3])])));
        var input = new ImageInput(Side: 8, Channels: 1, Resizing.Default, StaysEncoded: false);
        var set = Assert.IsType<PixelSet>(Assert.Single(GivenPictures.Open([path]).Value().Parts(input)));
        Assert.Equal([1, 1, 8, 8], set.Images.shape);
        Assert.All(set.Images.data<byte>().ToArray(), pixel => Assert.Equal(grey, pixel));
    }

    // A small picture is decoded when the set is made, a large one when a batch needs it.
    [Fact]
    public void A_picture_that_is_gone_when_a_set_is_made_is_named()
    {
        var path = Path.Combine(temp.Path, "gone.png");
        LabelledFile[] files = [new(EncodedImage.File(path), Label: 0)];
        ImageInput Input(bool staysEncoded) => new(Side: 8, Channels: 3, Resizing.Default, staysEncoded);
        Assert.StartsWith($"{path} cannot be used (", PictureSet.Of(Input(staysEncoded: false), files).Error(), StringComparison.Ordinal);
        Assert.Equal(1, PictureSet.Of(Input(staysEncoded: true), files).Value().Count);
    }

    private static float[] Pixels(ImageSet set, int side) =>
        set.Batch([.. Enumerable.Range(0, set.Count)], CPU).ForEvaluation(side).data<float>().ToArray();

    private void Write(string name, int width, int height, int seed)
    {
        var path = Path.Combine(temp.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var pixels = new byte[3 * width * height];
        new Random(seed).NextBytes(pixels);
        File.WriteAllBytes(path, Pictures.Encode(new(width, height, pixels)));
    }
}
