using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Augment;

/// <summary>Views that the kernels make are those that the operators of libtorch make.</summary>
public sealed class NativeViewTests
{
    private const double Tolerance = 1e-5;

    private static readonly Key Seed = Key.FromSeed(21);

    public static TheoryData<int, int, int, int, Bicubic, bool> Crops
    {
        get
        {
            var cases = new TheoryData<int, int, int, int, Bicubic, bool>();
            (int Channels, int Height, int Width, int Side)[] shapes =
            [
                (1, 28, 28, 28),
                (3, 32, 32, 32),
                (3, 17, 41, 23),
                (2, 5, 3, 7),
                (3, 1, 1, 4),
                (3, 100, 75, 33),
                (1, 90, 130, 64),
                (3, 40, 200, 1),
            ];
            foreach (var bicubic in Enum.GetValues<Bicubic>())
            {
                foreach (var (channels, height, width, side) in shapes)
                {
                    cases.Add(channels, height, width, side, bicubic, false);
                    cases.Add(channels, height, width, side, bicubic, true);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Crops))]
    public void Crops_of_any_size_agree_with_the_operators(int channels, int height, int width, int side, Bicubic bicubic, bool antialias)
    {
        // Random boxes, those of the corners, a pixel of its own in the last corner, and all of the image.
        var (halfHeight, halfWidth) = ((height + 1) / 2, (width + 1) / 2);
        CropBox[] boxes =
        [
            .. Enumerable.Range(0, 12).Select(i => CropBox.Sample(Seed.At(i), height, width, 0.1, 1)),
            new(0, 0, halfHeight, halfWidth),
            new(height - halfHeight, width - halfWidth, halfHeight, halfWidth),
            new(height - 1, width - 1, 1, 1),
            CropBox.Whole(height, width),
        ];
        bool[] mirror = [.. boxes.Select(static (_, i) => i % 2 == 1)];
        var images = Values.Images(boxes.Length, channels, height, width);
        var resizing = new Resizing(bicubic, antialias);
        var expected = Resampling.ByOperators(images, boxes, mirror, side, resizing);
        Values.Close(expected.Floats(), ViewKernels.Resample(images, boxes, mirror, side, resizing).Floats(), Tolerance);

        // Whatever order the pixels lie in.
        var last = images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        Values.Close(expected.Floats(), ViewKernels.Resample(last, boxes, mirror, side, resizing).Floats(), Tolerance);
    }

    [Theory]
    [InlineData(2, 5, 60, 81, false, 33, Bicubic.Tf2, false)]
    [InlineData(2, 5, 60, 81, false, 33, Bicubic.Tf2, true)]
    [InlineData(0, 0, 90, 130, true, 224, Bicubic.Tf2, true)]
    [InlineData(0, 0, 90, 130, true, 1, Bicubic.Tf2, true)]
    [InlineData(30, 40, 60, 90, true, 16, Bicubic.Tf1, false)]
    [InlineData(10, 20, 30, 110, true, 40, Bicubic.Tf1, true)]
    [InlineData(1.5, 0.25, 60.75, 81.5, true, 20, Bicubic.Tf2, true)]
    [InlineData(0.5, 48.5, 89.5, 81.5, false, 9, Bicubic.Torch, true)]
    [InlineData(89, 129, 1, 1, false, 5, Bicubic.Torch, true)]
    public void Crops_of_pictures_agree_with_the_operators(
        double top,
        double left,
        double height,
        double width,
        bool mirror,
        int side,
        Bicubic bicubic,
        bool antialias
    )
    {
        var picture = new Picture(130, 90, [.. Enumerable.Range(0, 3 * 130 * 90).Select(static i => (byte)Seed.Uniform(i, 0, 256))]);
        var (expected, actual) = (new float[3 * side * side], new float[3 * side * side]);
        var (box, resizing) = (new PictureBox(top, left, height, width), new Resizing(bicubic, antialias));
        PictureResampling.WithoutKernels(picture, box, mirror, side, expected, resizing);
        ViewKernels.Resample(picture, 3, box, mirror, side, resizing, actual);
        Values.Close(expected, actual, Tolerance);
    }

    [Theory]
    [InlineData(1, 28, 28, 0.8, Brightness.Multiply)]
    [InlineData(1, 13, 5, 1.0, Brightness.Add)]
    [InlineData(3, 32, 32, 0.5, Brightness.Multiply)]
    [InlineData(3, 32, 32, 1.0, Brightness.Add)]
    [InlineData(3, 7, 9, 1.2, Brightness.Multiply)]
    [InlineData(3, 1, 1, 1.0, Brightness.Multiply)]
    [InlineData(3, 101, 67, 1.0, Brightness.Multiply)]
    public void Colours_agree_with_the_operators(int channels, int height, int width, double strength, Brightness brightness)
    {
        var draws = ColourDraws.Of(Seed, 24, channels, strength, 0.8, brightness);
        var images = Values.Pixels(24, channels, height, width);
        Values.Close(Colour.ByOperators(images, draws).Floats(), ViewKernels.Distort(images, draws).Floats(), Tolerance);
    }

    [Theory]
    [InlineData(nameof(ColourOperation.Saturation), 0.0)]
    [InlineData(nameof(ColourOperation.Saturation), 0.3)]
    [InlineData(nameof(ColourOperation.Saturation), 1.8)]
    [InlineData(nameof(ColourOperation.Hue), 0.0)]
    [InlineData(nameof(ColourOperation.Hue), 0.2)]
    [InlineData(nameof(ColourOperation.Hue), -0.2)]
    [InlineData(nameof(ColourOperation.Hue), 0.5)]
    [InlineData(nameof(ColourOperation.Hue), -1.0)]
    [InlineData(nameof(ColourOperation.Contrast), 1.8)]
    [InlineData(nameof(ColourOperation.Brightness), 0.0)]
    public void Operations_agree_with_the_operators_on_grey_black_white_and_pure_colours(string name, double amount)
    {
        var operation = Enum.Parse<ColourOperation>(name);
        // All colours of five levels a channel: greys, those with two channels alike, every edge of the hexcone.
        float[] levels = [0, 0.25f, 0.5f, 0.75f, 1];
        var colours = from r in levels from g in levels from b in levels select new[] { r, g, b };
        var images = tensor(colours.SelectMany(static colour => colour).ToArray()).reshape(1, 125, 1, 3).permute(0, 3, 1, 2).contiguous();
        var draws = new ColourDraws(1, [operation], [(float)amount]);
        Values.Close(Colour.ByOperators(images, draws).Floats(), ViewKernels.Distort(images, draws).Floats(), Tolerance);
    }

    [Theory]
    [InlineData(32, 32)]
    [InlineData(5, 7)]
    [InlineData(101, 67)]
    public void Grey_images_agree_with_the_operators(int height, int width)
    {
        var images = Values.Pixels(12, 3, height, width);
        var chosen = Chance.Of(Seed, 12, 0.5);
        Assert.Contains(true, chosen);
        Values.Close(Grey.ByOperators(images, chosen).Floats(), ViewKernels.Grey(images, chosen).Floats(), Tolerance);
    }

    [Theory]
    [InlineData(3, 32, 32, 1)]
    [InlineData(1, 28, 28, 1)]
    [InlineData(3, 80, 61, 4)]
    [InlineData(3, 4, 90, 11)]
    [InlineData(1, 5, 3, 0)]
    public void Blurred_images_agree_with_the_operators(int channels, int height, int width, int radius)
    {
        var images = Values.Pixels(6, channels, height, width);
        var chosen = Chance.Of(Seed, 6, 0.7);
        Assert.Contains(true, chosen);
        var kernel = Blurring.Kernel(radius, 1.3);
        Values.Close(Blurring.ByOperators(images, chosen, kernel).Floats(), ViewKernels.Blur(images, chosen, kernel).Floats(), Tolerance);
    }

    [Fact]
    public void Images_stay_what_they_were()
    {
        var images = Values.Pixels(8, 3, 20, 20);
        var before = images.Floats();
        _ = images.DistortColour(Seed, 1, 1);
        _ = images.Grayscale(Seed, 1);
        _ = images.Blur(Seed, 1);
        Assert.Equal(before, images.Floats());
    }

    [Fact]
    public void A_box_that_leaves_the_image_is_refused()
    {
        var images = Values.Images(1, 3, 8, 8);
        _ = Assert.ThrowsAny<Exception>(() => images.Resample([new(1, 0, 8, 8)], [false], 4, Resizing.Default));
        _ = Assert.ThrowsAny<Exception>(() => images.Resample([], [], 4, Resizing.Default));
        var picture = new Picture(8, 8, new byte[192]);
        _ = Assert.ThrowsAny<Exception>(() =>
            PictureResampling.Resize(picture, new PictureBox(1, 0, 8, 8), false, 4, new float[48], Resizing.Default)
        );
        _ = Assert.ThrowsAny<Exception>(() =>
            PictureResampling.Resize(picture, CropBox.Whole(8, 8), false, 4, new float[47], Resizing.Default)
        );
    }
}
