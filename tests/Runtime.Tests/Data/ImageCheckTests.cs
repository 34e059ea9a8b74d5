using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Tests.Images;

namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>What is remembered of a data set's images, and when it is not believed.</summary>
public sealed class ImageCheckTests : IDisposable
{
    private static readonly DateTime Past = new(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    private ImageCache Cache => new(temp.File("cache"));

    private EncodedImage Put(string name, byte[] bytes, DateTime? changed = null)
    {
        var file = temp.File($"data/{name}");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
        File.SetLastWriteTimeUtc(file, changed ?? Past);
        return EncodedImage.File(file);
    }

    private (CheckedImage[] Found, int Read) Check(ImageCache cache, params EncodedImage[] images)
    {
        var read = 0;
        var found = ImageCheck.Of(temp.File("data"), images, cache, (_, _) => Interlocked.Increment(ref read));
        return (found, read);
    }

    [Fact]
    public void Good_and_broken_images_are_told_apart()
    {
        var bytes = PictureTests.File("colour.jpg");
        EncodedImage[] images =
        [
            Put("good.jpg", bytes),
            Put("cut.jpg", bytes[..^60]),
            Put("empty.png", []),
            Put("text.png", "hello"u8.ToArray()),
        ];
        var (found, read) = Check(ImageCache.None, images);
        Assert.Equal(4, read);
        Assert.Null(found[0].Fault);
        Assert.NotNull(found[1].Fault);
        Assert.Equal(("empty file", "not JPEG, PNG, WebP or BMP"), (found[2].Fault, found[3].Fault));
        var gone = EncodedImage.File(temp.File("data/gone.png"));
        Assert.Contains("gone.png", Assert.Single(Check(ImageCache.None, gone).Found).Fault!, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_did_not_change_is_not_read_again()
    {
        EncodedImage[] images = [Put("a/good.png", PictureTests.File("colour.png")), Put("a/broken.png", "x"u8.ToArray())];
        var first = Check(Cache, images);
        var second = Check(Cache, images);
        Assert.Equal((2, 0), (first.Read, second.Read));
        Assert.Equal(first.Found, second.Found);
        Assert.NotEqual(first.Found[0].Content, first.Found[1].Content);
        Assert.Equal(2, Check(ImageCache.None, images).Read);
    }

    [Fact]
    public void An_image_of_another_size_or_time_is_read_again()
    {
        var colour = PictureTests.File("colour.png");
        var image = Put("good.png", colour);
        var other = Put("other.png", colour);
        var before = Check(Cache, image, other).Found[0];

        // The same size at another time, and another size at the same time.
        var later = Check(Cache, Put("good.png", [.. colour[..^1], 0], Past.AddSeconds(1)), other);
        Assert.Equal(1, later.Read);
        Assert.NotEqual(before.Content, later.Found[0].Content);
        Assert.Equal(1, Check(Cache, Put("good.png", [.. colour, 0], Past.AddSeconds(1)), other).Read);
    }

    [Fact]
    public void A_file_that_was_changed_a_moment_ago_is_not_remembered()
    {
        var image = Put("new.png", PictureTests.File("colour.png"), DateTime.UtcNow.AddHours(1));
        Assert.Equal((1, 1), (Check(Cache, image).Read, Check(Cache, image).Read));
    }

    [Fact]
    public void A_link_is_its_target()
    {
        var target = Put("target.png", PictureTests.File("colour.png"));
        File.CreateSymbolicLink(temp.File("data/link.png"), target.Path);
        var link = EncodedImage.File(temp.File("data/link.png"));
        Assert.Null(Check(Cache, link).Found[0].Fault);
        Assert.Equal(0, Check(Cache, link).Read);
        Put("target.png", [], Past.AddSeconds(9));
        Assert.Equal("empty file", Check(Cache, link).Found[0].Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("something else\n")]
    [InlineData("simclr images 1\tx\ngood.png\t12\n")]
    public void A_cache_that_is_damaged_is_none(string text)
    {
        var image = Put("good.png", PictureTests.File("colour.png"));
        _ = Check(Cache, image);
        File.WriteAllText(Assert.Single(Directory.GetFiles(temp.File("cache"))), text);
        Assert.Equal((1, 0), (Check(Cache, image).Read, Check(Cache, image).Read));
    }

    // Another build may read what this one cannot.
    [Fact]
    public void A_fault_that_another_build_found_is_looked_at_again()
    {
        EncodedImage[] images = [Put("good.png", PictureTests.File("colour.png")), Put("broken.png", "x"u8.ToArray())];
        _ = Check(Cache, images);
        var file = Assert.Single(Directory.GetFiles(temp.File("cache")));
        var lines = File.ReadAllLines(file);
        File.WriteAllLines(file, [lines[0] + "other", .. lines[1..]]);
        Assert.Equal(1, Check(Cache, images).Read);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_no_failure()
    {
        File.WriteAllText(temp.File("file"), "");
        var image = Put("good.png", PictureTests.File("colour.png"));
        Assert.Null(Check(new ImageCache(temp.File("file/cache")), image).Found[0].Fault);
    }
}
