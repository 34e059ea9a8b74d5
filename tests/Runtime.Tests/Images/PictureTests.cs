using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Tests.Images;

/// <summary>Picture files of every kind, against the pixels Pillow makes of them (Fixtures/make_pictures.py).</summary>
public sealed class PictureTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Fixtures", "Pictures");

    internal static byte[] File(string name) => System.IO.File.ReadAllBytes(Path.Combine(Folder, name));

    private static Picture Expected(string name)
    {
        var bytes = File($"{name}.rgb");
        return new(bytes[0], bytes[1], bytes[2..]);
    }

    [Theory]
    [InlineData("colour.jpg")]
    [InlineData("subsampled.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("grey.jpg")]
    [InlineData("cmyk.jpg")]
    [InlineData("turned.jpg")]
    [InlineData("colour.png")]
    [InlineData("grey.png")]
    [InlineData("palette.png")]
    [InlineData("alpha.png")]
    [InlineData("grey_alpha.png")]
    [InlineData("sixteen.png")]
    [InlineData("lossy.webp")]
    [InlineData("lossless.webp")]
    [InlineData("alpha.webp")]
    [InlineData("alpha_lossy.webp")]
    [InlineData("colour.bmp")]
    [InlineData("grey.bmp")]
    [InlineData("two_colours.bmp")]
    [InlineData("palette.bmp")]
    [InlineData("bits_32.bmp")]
    [InlineData("bits_16.bmp")]
    [InlineData("masks.bmp")]
    [InlineData("masks_32.bmp")]
    [InlineData("top_down.bmp")]
    [InlineData("run_lengths.bmp")]
    [InlineData("run_lengths_4.bmp")]
    [InlineData("oldest.bmp")]
    public void A_picture_has_the_pixels_that_Pillow_reads(string name)
    {
        var (picture, expected) = (Pictures.Decode(File(name)), Expected(name));
        Assert.Equal((expected.Width, expected.Height), (picture.Width, picture.Height));
        Assert.Equal((picture.Width, picture.Height), Pictures.Size(File(name)));
        Assert.Equal(expected.Pixels.Length, picture.Pixels.Length);
        Assert.Equal(expected.Pixels, picture.Pixels);

        // The whole as a region, by the decoder that reads regions.
        var region = Pictures.Decode(File(name), eighths: 8, CropBox.Whole(picture.Height, picture.Width));
        Assert.Equal(expected.Pixels, region.Pixels[..expected.Pixels.Length]);
    }

    public static TheoryData<string, int, string> Damaged =>
        new()
        {
            { "colour.jpg", 0, "empty file" },
            { "colour.jpg", 2, "not JPEG, PNG, WebP or BMP" },
            { "colour.jpg", 100, "damaged JPEG" },
            { "colour.jpg", -200, "damaged JPEG" },
            { "colour.png", 20, "damaged PNG" },
            { "colour.png", -60, "damaged PNG" },
            { "lossy.webp", 40, "damaged WebP (cut short)" },
            { "lossless.webp", -1, "damaged WebP (cut short)" },
            { "colour.bmp", 20, "damaged BMP (no usable header)" },
            { "colour.bmp", -4, "damaged BMP (cut short)" },
            { "run_lengths.bmp", -30, "damaged BMP (cut short)" },
        };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void A_file_cut_short_says_so(string name, int length, string says)
    {
        var file = File(name);
        var cut = file[..(length >= 0 ? length : file.Length + length)];
        Assert.StartsWith(says, Assert.Throws<PictureException>(() => Pictures.Decode(cut)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_PNG_with_a_wrong_checksum_is_damaged()
    {
        var file = File("colour.png");
        file[60] ^= 0x10;
        Assert.StartsWith("damaged PNG", Assert.Throws<PictureException>(() => Pictures.Decode(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_animation_is_no_picture() =>
        Assert.Equal(
            "an animated WebP, which is not one picture",
            Assert.Throws<PictureException>(() => Pictures.Check(File("animated.webp"))).Message
        );

    [Theory]
    [InlineData(28, 2, "a BMP of 2 bits with compression 0")]
    [InlineData(30, 5, "a BMP of 8 bits with compression 5")]
    [InlineData(13, 1, "its pixels lie outside the file")]
    [InlineData(18, 0, "no usable size")]
    [InlineData(46, 1, "a colour outside its palette")]
    public void A_BMP_that_says_what_cannot_be_is_damaged(int at, byte value, string says)
    {
        var file = File("palette.bmp");
        file[at] = value;
        // Pixels that begin after a palette of one entry: the file has no others.
        if (at == 46)
        {
            file[10] = 58;
            file[11] = 0;
        }

        Assert.Contains(says, Assert.Throws<PictureException>(() => Pictures.Decode(file)).Message, StringComparison.Ordinal);
    }

    // By hand: Pillow 9.4 reads jumps, and odd numbers of half bytes, wrongly.
    [Fact]
    public void Runs_of_a_BMP_jump_stop_and_end_with_their_row()
    {
        byte[] bytes = [0, 3, 7, 8, 9, 0, 0, 0, 0, 2, 2, 1, 9, 4, 0, 1];
        Assert.Equal([7, 8, 9, 0, 0, 0, 0, 0, 0, 0, 4, 4, 0, 0, 0, 0], BmpRuns.Decode(bytes, width: 4, height: 4, bits: 8));
        byte[] halves = [0, 3, 0x12, 0x30, 0, 0, 3, 0x45, 0, 1];
        Assert.Equal([1, 2, 3, 0, 4, 5, 4, 0], BmpRuns.Decode(halves, width: 4, height: 2, bits: 4));
        Assert.Throws<PictureException>(() => BmpRuns.Decode(bytes.AsSpan(0, 6), width: 4, height: 4, bits: 8));
        byte[] beyond = [0, 2, 0, 200];
        Assert.Equal(new byte[4], BmpRuns.Decode(beyond, width: 2, height: 2, bits: 8));
    }

    public static TheoryData<string> Files =>
        [
            "blocks.jpg",
            "blocks_full_colour.jpg",
            "blocks_progressive.jpg",
            "colour.jpg",
            "subsampled.jpg",
            "grey.jpg",
            "cmyk.jpg",
            "colour.png",
            "lossy.webp",
            "colour.bmp",
        ];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_region_has_the_pixels_that_it_has_in_the_whole(string name)
    {
        var file = File(name);
        var (width, height) = Pictures.Size(file);
        foreach (var eighths in name.EndsWith("jpg", StringComparison.Ordinal) ? (int[])[8, 4, 2, 1] : [8])
        {
            var whole = eighths == 8 ? Pictures.Decode(file) : Jpeg.Decode(file, eighths);
            for (var draw = 0; draw < 50; draw++)
            {
                var region = CropBox.Sample(Key.FromSeed(draw), height, width, from: 0.1, to: 1);
                var part = Pictures.Decode(file, eighths, region);
                Assert.Equal((whole.Width, whole.Height), (part.Width, part.Height));
                var (top, bottom) = (region.Top * eighths / 8, (((region.Top + region.Height) * eighths) + 7) / 8);
                var (left, right) = (region.Left * eighths / 8, (((region.Left + region.Width) * eighths) + 7) / 8);
                for (var y = top; y < bottom; y++)
                {
                    var (from, length) = (3 * ((y * whole.Width) + left), 3 * (right - left));
                    Assert.True(
                        whole.Pixels.AsSpan(from, length).SequenceEqual(part.Pixels.AsSpan(from, length)),
                        $"{region} at {eighths}/8: row {y} differs"
                    );
                }
            }
        }
    }

    [Theory]
    [InlineData("blocks.jpg", 0)]
    [InlineData("blocks.jpg", 50)]
    [InlineData("blocks_progressive.jpg", 0)]
    [InlineData("blocks_progressive.jpg", 50)]
    public void A_file_cut_short_below_a_region_says_so(string name, int top)
    {
        var (file, region) = (File(name), new CropBox(top, 20, 30, 40));
        _ = Pictures.Decode(file, eighths: 8, region);
        var fault = Assert.Throws<PictureException>(() => Pictures.Decode(file[..^20], eighths: 8, region));
        Assert.StartsWith("damaged JPEG (", fault.Message, StringComparison.Ordinal);

        // The decoder of the thread is none the worse for it.
        _ = Pictures.Decode(file, eighths: 8, region);
    }

    [Fact]
    public void Bytes_that_are_no_JPEG_after_its_first_ones_are_damaged()
    {
        var file = File("blocks.jpg");
        file.AsSpan(20, 300).Fill(0x55);
        Assert.Throws<PictureException>(() => Pictures.Size(file));
        Assert.Throws<PictureException>(() => Pictures.Decode(file, eighths: 8, new CropBox(0, 0, 8, 8)));

        // The next file of the thread is read from its start.
        Assert.Equal((23, 17), Pictures.Size(File("colour.jpg")));
    }
}
