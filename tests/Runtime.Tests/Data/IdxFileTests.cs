using System.IO.Compression;
using SimClrDsl.Runtime.Data;

namespace SimClrDsl.Runtime.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    // 2 × 3 bytes.
    private static readonly byte[] Good = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 11, 12, 13, 14, 255];

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Plain_and_gzipped_files_are_read(bool gzip)
    {
        var file = IdxFile.Read(Write(Good, gzip)).Value();
        Assert.Equal([2, 3], file.Shape);
        Assert.Equal([10, 11, 12, 13, 14, 255], file.Bytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_cut_short_is_named(bool gzip) => Refused(Write(Good[..^1], gzip), "not a complete idx file");

    [Fact]
    public void A_gzip_stream_cut_short_is_named()
    {
        var path = Write(Good, gzip: true);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^12]);
        Refused(path, "not a complete idx file");
    }

    [Fact]
    public void Bytes_after_the_end_are_refused() => Refused(Write([.. Good, 1], gzip: false), "goes on after the 2×3 bytes");

    [Fact]
    public void Another_magic_number_is_refused() => Refused(Write([0, 0, 13, .. Good[3..]], gzip: false), "starts with 0x00000D02");

    [Fact]
    public void An_empty_file_is_refused() => Refused(Write([], gzip: false), "not a complete idx file");

    [Fact]
    public void Sizes_too_large_to_be_true_are_refused() =>
        Refused(Write([0, 0, 8, 2, 0x7F, 255, 255, 255, 0x7F, 255, 255, 255], gzip: false), "too large");

    // 2 GB, of which nothing is there. A gzip file may hold up to a thousand times its own length.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_size_that_the_file_cannot_hold_is_refused(bool gzip) =>
        Refused(Write([0, 0, 8, 2, 0, 0, 0x7F, 255, 0, 0, 255, 255], gzip), "too large");

    [Fact]
    public void A_negative_size_is_refused() => Refused(Write([0, 0, 8, 1, 255, 255, 255, 255], gzip: false), "too large");

    private static void Refused(string path, string because)
    {
        var error = IdxFile.Read(path).Error();
        Assert.StartsWith(path, error, StringComparison.Ordinal);
        Assert.Contains(because, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }

    private string Write(byte[] bytes, bool gzip)
    {
        var path = folder.File("images-idx");
        using var file = File.Create(path);
        using var content = gzip ? (Stream)new GZipStream(file, CompressionLevel.Fastest) : file;
        content.Write(bytes);
        return path;
    }
}
