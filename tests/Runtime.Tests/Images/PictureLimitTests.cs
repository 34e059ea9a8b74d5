using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Images;

/// <summary>Pictures that are too large are known by their headers, before memory is taken for them.</summary>
public sealed class PictureLimitTests
{
    private const string TooLarge = "at most 178,956,970 pixels and 65,535 a side are read";

    [Theory]
    [InlineData(27_000, 27_000)]
    [InlineData(13_379, 13_378)]
    [InlineData(65_536, 1)]
    [InlineData(1, 65_536)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void A_PNG_that_is_too_large_is_named(int width, int height)
    {
        var file = Png(width, height, rows: 1);
        foreach (
            var read in new Action[]
            {
                () => Pictures.Decode(file),
                () => Pictures.Size(file),
                () => Pictures.Check(file),
                () => Pictures.Decode(file, eighths: 8, new CropBox(0, 0, 1, 1)),
            }
        )
        {
            var fault = Assert.Throws<PictureException>(read).Message;
            Assert.StartsWith($"{width} x {height} pixels: {TooLarge}", fault, StringComparison.Ordinal);
        }
    }

    // 70 MiB of zeros as a compressed text.
    [Fact]
    public void A_PNG_whose_text_unpacks_to_very_much_is_named()
    {
        using var text = new MemoryStream();
        text.Write("note\0\0"u8);
        using (var deflate = new ZLibStream(text, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(new byte[70 << 20]);
        }

        using var chunk = new MemoryStream();
        Chunk(chunk, "zTXt", text.ToArray());
        const int AfterHeader = 33;
        var plain = Png(2, 2, rows: 2);
        byte[] file = [.. plain[..AfterHeader], .. chunk.ToArray(), .. plain[AfterHeader..]];
        Assert.InRange(file.Length, 0, 1 << 20);
        Assert.Equal(
            "a PNG whose texts or colour profile take more than 64 MiB",
            Assert.Throws<PictureException>(() => Pictures.Decode(file)).Message
        );
    }

    [Theory]
    [InlineData(65_500, 65_500)]
    [InlineData(40_000, 20_000)]
    public void A_JPEG_that_is_too_large_is_named(int width, int height)
    {
        var file = PictureTests.File("colour.jpg");
        var frame = file.AsSpan().IndexOf<byte>([0xff, 0xc0]);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 7), (ushort)width);
        foreach (
            var read in new Action[]
            {
                () => Pictures.Decode(file),
                () => Pictures.Size(file),
                () => Pictures.Check(file),
                () => Pictures.Decode(file, eighths: 1, new CropBox(0, 0, 100, 100)),
            }
        )
        {
            var fault = Assert.Throws<PictureException>(read).Message;
            Assert.StartsWith($"{width} x {height} pixels: {TooLarge}", fault, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(65_535, 2)]
    [InlineData(2, 65_535)]
    public void A_picture_as_long_as_can_be_is_read_and_seen(int width, int height)
    {
        using var folder = new TempFolder();
        var path = folder.File("long.png");
        File.WriteAllBytes(path, Png(width, height, rows: height));
        var picture = Pictures.Decode(File.ReadAllBytes(path));
        Assert.Equal((width, height), (picture.Width, picture.Height));

        // Every bit is 1: white, however it is cropped and resized.
        var batch = PictureSets.Files(32, Resizing.Default, EncodedImage.File(path)).Batch([0], CPU);
        Values.Close(ones(1, 3, 32, 32).Floats(), batch.ForEvaluation(32).Floats(), 1e-5);
        Values.Close(ones(1, 3, 32, 32).Floats(), batch.RandomCrop(Key.FromSeed(1), 32, 0.1, 1, 0.5).Floats(), 1e-5);
    }

    // A grey PNG of one bit a pixel, all of them 1; only so many of its rows are there.
    private static byte[] Png(int width, int height, int rows)
    {
        using var data = new MemoryStream();
        using (var deflate = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[1 + Math.Min((width + 7L) / 8, 1 << 16)];
            row.AsSpan(1).Fill(0xff);
            for (var y = 0; y < rows; y++)
            {
                deflate.Write(row);
            }
        }

        using var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n']);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 1;
        Chunk(file, "IHDR", header);
        Chunk(file, "IDAT", data.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        file.Write(number);
    }

    private static uint Crc(byte[] data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
