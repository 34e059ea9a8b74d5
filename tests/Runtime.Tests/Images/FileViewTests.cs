using System.Runtime.InteropServices;
using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Images;

/// <summary>Pictures that Pillow wrote, and the views that it makes of them (Fixtures/pillow_views.py).</summary>
public sealed class PillowViews : IDisposable
{
    private readonly TempFolder folder = new();

    public PillowViews() => Python.Run("pillow_views.py", folder.Path);

    internal EncodedImage this[string name] => EncodedImage.File(Path.Combine(folder.Path, "pictures", name));

    internal float[] View(string name, int side, string kernel) =>
        MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder.Path, "answers", $"{name}.{side}.{kernel}"))).ToArray();

    internal byte[] Inks => File.ReadAllBytes(Path.Combine(folder.Path, "answers", "inks.rgb"));

    public void Dispose() => folder.Dispose();
}

/// <summary>Views of picture files are those of a decoder and a resampling that are not ours.</summary>
public sealed class FileViewTests(PillowViews pillow) : IClassFixture<PillowViews>
{
    private static readonly string[] Boards = ["checker1", "checker3", "stripes"];
    private static readonly string[] Photographs = ["landscape", "portrait", "square", "long"];

    public static TheoryData<string, int> Shown
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var name in (string[])[.. Boards, .. Photographs])
            {
                foreach (var side in Boards.Contains(name) ? (int[])[24, 32, 48, 96] : [24, 64, 224])
                {
                    cases.Add(name, side);
                }
            }

            return cases;
        }
    }

    /// <summary>
    /// Evaluation's centre crop, resized with antialiasing: the same for both kinds of files, at every scale, and Pillow's. A JPEG that is
    /// decoded smaller may differ by three quarters of a level on average: its averages are whole numbers.
    /// </summary>
    [Theory]
    [MemberData(nameof(Shown))]
    public void Evaluation_sees_what_Pillow_makes(string name, int side)
    {
        foreach (var file in (string[])[$"{name}.png", $"{name}.jpg"])
        {
            var bytes = pillow[file].Read();
            var (width, height) = Pictures.Size(bytes);
            var reduced = Pictures.Eighths(bytes, Crops.EvaluationBox(height, width, side), side, Resizing.Default) < 8;
            var expected = pillow.View(file, side, "aa");
            var actual = PictureSets.Files(side, Resizing.Default, pillow[file]).Batch([0], CPU).ForEvaluation(side).Floats();
            if (!reduced)
            {
                Values.Close(expected, actual, 2e-4);
                continue;
            }

            var apart = expected.Zip(actual, static (e, a) => Math.Abs(e - a)).ToList();
            Assert.True(apart.Average() < 0.75 / 255, $"{file} at {side} px: {255 * apart.Average()} levels apart");
            Assert.True(
                Math.Abs(Contrast(expected) - Contrast(actual)) < 1.0 / 255,
                $"{file} at {side} px: contrast {255 * Contrast(actual)}"
            );
        }
    }

    /// <summary>Without antialiasing: every pixel of the file at its full size, four taps, nothing averaged by the decoder.</summary>
    [Theory]
    [InlineData("landscape.png", 24)]
    [InlineData("landscape.jpg", 24)]
    [InlineData("landscape.jpg", 64)]
    [InlineData("landscape.jpg", 224)]
    [InlineData("checker3.png", 96)]
    [InlineData("checker3.jpg", 24)]
    [InlineData("checker3.jpg", 96)]
    public void The_reference_pipelines_pixels_can_be_had(string file, int side)
    {
        foreach (var bicubic in Enum.GetValues<Bicubic>())
        {
            var resizing = new Resizing(bicubic, Antialias: false);
            var expected = pillow.View(file, side, bicubic.ToString().ToLowerInvariant());
            Values.Close(expected, PictureSets.Files(side, resizing, pillow[file]).Batch([0], CPU).ForEvaluation(side).Floats(), 2e-4);

            // The same in training, where the crop is all of the picture.
            if (side == 24)
            {
                var whole = PictureSets
                    .Files(side, resizing, pillow[file])
                    .Batch([0], CPU)
                    .RandomCrop(Key.FromSeed(1), side, 1, 1, flip: 0);
                Values.Close(expected, whole.Clip().Floats(), 2e-4);
            }
        }
    }

    [Theory]
    [InlineData("checker1.png")]
    [InlineData("checker1.jpg")]
    [InlineData("stripes.jpg")]
    public void Training_sees_a_fine_pattern_as_grey_whatever_it_is_stored_as(string file)
    {
        foreach (var side in (int[])[24, 48, 96, 160])
        {
            var batch = PictureSets.Files(side, Resizing.Default, [.. Enumerable.Repeat(pillow[file], 4)]).Batch([0, 1, 2, 3], CPU);
            var views = batch.RandomCrop(Key.FromSeed(5), side, 0.5, 1, 0.5).Clip();
            Assert.InRange(255 * Contrast(views.Floats()), 0, 3);
        }
    }

    [Fact]
    public void Four_inks_have_the_colours_that_Pillow_gives_them()
    {
        var picture = Pictures.Decode(pillow["inks.jpg"].Read());
        Assert.Equal((40, 30), (picture.Width, picture.Height));
        Assert.Equal(pillow.Inks, picture.Pixels);
    }

    [Fact]
    public void Two_crops_cut_from_one_smaller_decoding_are_those_of_the_whole()
    {
        const int side = 48;
        var file = pillow["checker3.jpg"];
        RandomCrop[] crops = [new(Key.FromSeed(3), side, 0.3, 0.5, 0.5), new(Key.FromSeed(8), side, 0.3, 0.5, 0.5)];
        var batch = PictureSets.Files(side, Resizing.Default, file).Batch([0], CPU);
        batch.Prepare(crops);
        var whole = Jpeg.Decode(file.Read(), eighths: 4);
        Assert.Equal((512, 512), (whole.Width, whole.Height));
        foreach (var crop in crops)
        {
            var box = crop.Box(0, 1024, 1024);
            Assert.Equal(4, Pictures.Eighths(file.Read(), box, side, Resizing.Default));
            var expected = new float[3 * side * side];
            var half = new PictureBox(box.Top / 2.0, box.Left / 2.0, box.Height / 2.0, box.Width / 2.0);
            PictureResampling.Resize(whole, half, crop.Mirrored(0), side, expected, Resizing.Default);
            Assert.Equal(expected, batch.RandomCrop(crop.Key, side, crop.From, crop.To, crop.Flip).Floats());
        }
    }

    // Side of the view, shorter side of the crop, eighths: four pixels for each of the view's must be left.
    [Theory]
    [InlineData(224, 375, 8)]
    [InlineData(224, 1791, 8)]
    [InlineData(224, 1792, 4)]
    [InlineData(224, 3583, 4)]
    [InlineData(224, 3584, 2)]
    [InlineData(224, 7168, 1)]
    [InlineData(32, 1024, 1)]
    [InlineData(32, 1023, 2)]
    public void A_JPEG_is_decoded_smaller_only_where_enough_is_left(int side, int shorter, int eighths)
    {
        var jpeg = PictureTests.File("colour.jpg");
        Assert.Equal(eighths, Pictures.Eighths(jpeg, new(0, 0, shorter, 5 * shorter), side, Resizing.Default));
        Assert.Equal(eighths, Pictures.Eighths(jpeg, new(0, 0, 5 * shorter, shorter), side, Resizing.Default));
        Assert.Equal(8, Pictures.Eighths(jpeg, new(0, 0, shorter, shorter), side, new(Bicubic.Tf2, Antialias: false)));
        Assert.Equal(8, Pictures.Eighths(PictureTests.File("colour.png"), new(0, 0, shorter, shorter), side, Resizing.Default));
    }

    private static double Contrast(float[] view)
    {
        var mean = view.Average();
        return Math.Sqrt(view.Average(value => (value - mean) * (value - mean)));
    }
}
