using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;

namespace SimClrDsl.Runtime.Tests.Images;

/// <summary>What is wrong with a JPEG's bytes, and what only looks so: libjpeg warns of both.</summary>
public sealed class DamageTests
{
    // A scan's data begins after this marker; a frame's header and tables come before it.
    private const byte StartOfScan = 0xda;

    public static TheoryData<string> Files => ["blocks.jpg", "blocks_progressive.jpg", "colour.jpg", "cmyk.jpg"];

    /// <summary>
    /// Before each marker of the header but the first, up to that of the first scan: the pixels are those of the file without them.
    /// </summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Bytes_between_markers_are_passed_over_and_noted(string name)
    {
        var file = PictureTests.File(name);
        var whole = Pictures.Decode(file);
        var (width, height) = (whole.Width, whole.Height);
        Assert.Null(Pictures.Check(file));
        foreach (var marker in Markers(file))
        {
            foreach (
                var strays in (byte[][])
                    [
                        [0x00],
                        [0x12, 0x34, 0x56],
                        [0xff, 0x00],
                    ]
            )
            {
                byte[] odd = [.. file[..marker], .. strays, .. file[marker..]];
                Assert.Equal((width, height), Pictures.Size(odd));
                Assert.Equal(whole.Pixels, Pictures.Decode(odd).Pixels);
                var region = Pictures.Decode(odd, eighths: 8, CropBox.Whole(height, width));
                Assert.True(whole.Pixels.AsSpan().SequenceEqual(region.Pixels.AsSpan(0, whole.Pixels.Length)));
                var says = strays.Length == 1 ? "1 stray byte between its markers" : $"{strays.Length} stray bytes between its markers";
                Assert.Equal(says, Pictures.Check(odd));
            }
        }
    }

    // Found by trying: the bit that is turned leaves the decoder with too few or too many bytes, or with codes that there are not.
    [Theory]
    [InlineData("blocks.jpg", 671, "extraneous bytes")]
    [InlineData("blocks.jpg", 1105, "premature end")]
    [InlineData("blocks_progressive.jpg", 274, "bad Huffman code")]
    [InlineData("blocks_progressive.jpg", 617, "premature end")]
    [InlineData("blocks_progressive.jpg", 729, "extraneous bytes")]
    public void Damaged_data_is_an_error_however_it_is_read(string name, int at, string says)
    {
        var file = PictureTests.File(name);
        file[at] ^= 0x10;
        foreach (
            var read in new Action[]
            {
                () => Pictures.Decode(file),
                () => Pictures.Check(file),
                () => Pictures.Decode(file, eighths: 8, CropBox.Whole(118, 157)),
            }
        )
        {
            var fault = Assert.Throws<PictureException>(read).Message;
            Assert.StartsWith("damaged JPEG (", fault, StringComparison.Ordinal);
            Assert.Contains(says, fault, StringComparison.Ordinal);
        }

        // Strays before the damage do not hide it.
        var marker = Markers(file).First();
        byte[] both = [.. file[..marker], 0x00, .. file[marker..]];
        Assert.StartsWith("damaged JPEG (", Assert.Throws<PictureException>(() => Pictures.Check(both)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("blocks.jpg")]
    [InlineData("blocks_progressive.jpg")]
    [InlineData("colour.png")]
    [InlineData("sixteen.png")]
    [InlineData("lossy.webp")]
    [InlineData("lossless.webp")]
    [InlineData("alpha_lossy.webp")]
    [InlineData("palette.bmp")]
    [InlineData("masks.bmp")]
    [InlineData("run_lengths.bmp")]
    public void A_check_finds_every_file_that_is_cut_short(string name)
    {
        var file = PictureTests.File(name);
        Assert.Null(Pictures.Check(file));
        for (var length = 0; length < file.Length - 20; length += Math.Max(1, file.Length / 60))
        {
            Assert.Throws<PictureException>(() => Pictures.Check(file[..length]));
        }
    }

    [Fact]
    public void A_file_of_another_kind_is_no_picture()
    {
        Assert.Equal("empty file", Assert.Throws<PictureException>(() => Pictures.Check([])).Message);
        Assert.Equal("not JPEG, PNG, WebP or BMP", Assert.Throws<PictureException>(() => Pictures.Check("GIF89a"u8.ToArray())).Message);
    }

    private static IEnumerable<int> Markers(byte[] file)
    {
        // After the first one, by which a file is known as a JPEG.
        for (var at = 2; ; )
        {
            at += 2 + ((file[at + 2] << 8) | file[at + 3]);
            yield return at;
            if (file[at + 1] == StartOfScan)
            {
                yield break;
            }
        }
    }
}
