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

    // JPEG decoders may differ by a level in rounding, and by more where they smooth subsampled colour.
    [Theory]
    [InlineData("colour.jpg", 1)]
    [InlineData("subsampled.jpg", 2)]
    [InlineData("progressive.jpg", 2)]
    [InlineData("grey.jpg", 1)]
    [InlineData("cmyk.jpg", 2)]
    [InlineData("turned.jpg", 2)]
    [InlineData("colour.png", 0)]
    [InlineData("grey.png", 0)]
    [InlineData("palette.png", 0)]
    [InlineData("alpha.png", 0)]
    [InlineData("grey_alpha.png", 0)]
    [InlineData("sixteen.png", 1)]
    public void It_has_the_pixels_that_Pillow_reads(string name, int tolerance)
    {
        var (picture, expected) = (Pictures.Decode(File(name)), Expected(name));
        Assert.Equal((expected.Width, expected.Height), (picture.Width, picture.Height));
        Assert.Equal((picture.Width, picture.Height), Pictures.Size(File(name)));
        Assert.Equal(expected.Pixels.Length, picture.Pixels.Length);
        Assert.InRange(expected.Pixels.Zip(picture.Pixels, static (a, b) => Math.Abs(a - b)).Max(), 0, tolerance);
    }

    [Theory]
    [InlineData(0, 23, 17)]
    [InlineData(17, 23, 17)]
    [InlineData(9, 12, 9)]
    [InlineData(5, 6, 5)]
    [InlineData(1, 3, 3)]
    public void A_JPEG_is_decoded_no_larger_than_is_asked(int atLeast, int width, int height)
    {
        var picture = Pictures.Decode(File("colour.jpg"), atLeast);
        Assert.Equal((width, height), (picture.Width, picture.Height));
        Assert.Equal(3 * width * height, picture.Pixels.Length);
    }

    public static TheoryData<string, int, string> Damaged =>
        new()
        {
            { "colour.jpg", 0, "empty file" },
            { "colour.jpg", 2, "neither JPEG nor PNG" },
            { "colour.jpg", 100, "damaged JPEG" },
            { "colour.jpg", -200, "damaged JPEG" },
            { "colour.png", 20, "damaged PNG" },
            { "colour.png", -60, "damaged PNG" },
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
}
