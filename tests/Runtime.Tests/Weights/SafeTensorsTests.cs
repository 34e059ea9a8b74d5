using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Weights;

public sealed class SafeTensorsTests : IDisposable
{
    private static readonly Dictionary<string, string> Metadata = new() { ["stage"] = "pretrain", ["note"] = "√ “quoted”" };

    private readonly TempFolder folder = new();

    private string FilePath => folder.File("model.safetensors");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_type_and_shape_comes_back()
    {
        var written = Tensors();
        SafeTensors.Write(FilePath, written, Metadata);
        var read = SafeTensors.Read(FilePath).Value();
        Assert.Equal(Metadata, read.Metadata);
        Assert.Equal(written.Keys.Order(), read.Tensors.Keys.Order());
        foreach (var (name, value) in written)
        {
            Assert.Equal(value.dtype, read.Tensors[name].dtype);
            Assert.Equal(value.shape, read.Tensors[name].shape);
            Assert.Equal(Doubles(value), Doubles(read.Tensors[name]));
        }
    }

    // Most flips leave a file of the right form: with another number, name or text. None of them is loaded.
    [Fact]
    public void A_flipped_bit_anywhere_is_noticed()
    {
        SafeTensors.Write(FilePath, new Dictionary<string, Tensor> { ["a"] = ones(3), ["b"] = zeros(2, dtype: int64) }, Metadata);
        var bytes = File.ReadAllBytes(FilePath);
        foreach (var (at, bit) in Enumerable.Range(0, bytes.Length).SelectMany(static at => new[] { (at, 1), (at, 32), (at, 128) }))
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= (byte)bit;
            File.WriteAllBytes(FilePath, damaged);
            Assert.StartsWith(FilePath, SafeTensors.Read(FilePath, checksummed: true).Error(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_of_another_program_needs_no_checksum_unless_it_is_asked_for()
    {
        var header = """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"""u8.ToArray();
        File.WriteAllBytes(FilePath, [.. BitConverter.GetBytes((ulong)header.Length), .. header, 7]);
        Assert.Equal(7, SafeTensors.Read(FilePath).Value().Tensors["a"].item<byte>());
        Assert.Contains("it carries no checksum", SafeTensors.Read(FilePath, checksummed: true).Error(), StringComparison.Ordinal);
    }

    // The format read by nothing but its description: eight bytes of length, JSON, values without gaps.
    [Fact]
    public void The_file_is_what_the_format_says()
    {
        SafeTensors.Write(FilePath, Tensors(), Metadata);
        var bytes = File.ReadAllBytes(FilePath);
        var header = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal(0, header % 8);
        using var json = JsonDocument.Parse(bytes.AsMemory(8, header));
        var data = bytes.AsSpan(8 + header).ToArray();

        Assert.Equal("pretrain", json.RootElement.GetProperty("__metadata__").GetProperty("stage").GetString());
        var floats = json.RootElement.GetProperty("floats");
        Assert.Equal("F32", floats.GetProperty("dtype").GetString());
        Assert.Equal([2, 3], floats.GetProperty("shape").EnumerateArray().Select(static size => size.GetInt32()));
        var begin = floats.GetProperty("data_offsets")[0].GetInt32();
        Assert.Equal(0, begin % 4);
        Assert.Equal(
            [0.5f, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f],
            Enumerable.Range(0, 6).Select(i => BitConverter.ToSingle(data, begin + (4 * i)))
        );

        // bfloat16 1.5 is the upper half of float 1.5.
        var half = json.RootElement.GetProperty("bfloat").GetProperty("data_offsets")[0].GetInt32();
        Assert.Equal(0x3FC0, BitConverter.ToUInt16(data, half));

        var ends = json
            .RootElement.EnumerateObject()
            .Where(static p => p.Name != "__metadata__")
            .Select(static p => p.Value.GetProperty("data_offsets"));
        var ordered = ends.Select(static o => (Begin: o[0].GetInt32(), End: o[1].GetInt32()))
            .OrderBy(static o => o.Begin)
            .ThenBy(static o => o.End)
            .ToList();
        Assert.Equal(data.Length, ordered[^1].End);
        Assert.Equal(ordered.Select(static o => o.End).SkipLast(1), ordered.Select(static o => o.Begin).Skip(1));
    }

    // Written byte by byte here, as another program would.
    [Fact]
    public void A_file_of_another_program_is_read()
    {
        WriteFile(
            """{"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]},"a":{"data_offsets":[0,4],"dtype":"F32","shape":[]}}""",
            [0, 0, 128, 63, 7, 9]
        );
        var read = SafeTensors.Read(FilePath).Value();
        Assert.Equal(1f, read.Tensors["a"].item<float>());
        Assert.Equal([7f, 9f], read.Tensors["b"].Floats());
        Assert.Empty(read.Metadata);
    }

    [Fact]
    public void A_failed_write_leaves_the_file_before_it()
    {
        SafeTensors.Write(FilePath, Tensors(), Metadata);
        var before = File.ReadAllBytes(FilePath);
        var disposed = ones(2);
        disposed.Dispose();
        Assert.ThrowsAny<Exception>(() =>
            SafeTensors.Write(FilePath, new Dictionary<string, Tensor> { ["a"] = ones(2), ["b"] = disposed }, Metadata)
        );
        Assert.Equal(before, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named()
    {
        File.WriteAllText(folder.File("file"), "");
        var path = Path.Combine(folder.File("file"), "model.safetensors");
        var error = Assert.Throws<InputException>(() => SafeTensors.Write(path, Tensors(), Metadata));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "1 bytes are missing at its end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "1 bytes too many")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "tensor 'a' of F32 [2] cannot lie at bytes 0 to 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "cannot lie at bytes 4 to 0")]
    [InlineData("""{"a":{"dtype":"Q7","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown dtype 'Q7'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "lacks a valid shape or data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "lacks a valid shape or data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904,4],"data_offsets":[0,4]}}""", 4, "cannot lie at")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "cannot lie at")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""",
        6,
        "tensor 'b' starts at byte 2"
    )]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", 4, "tensor 'a' starts at byte 2")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""",
        2,
        "'a' twice"
    )]
    [InlineData("""{"__metadata__":{"step":3}}""", 0, "not a map of strings")]
    [InlineData("""{"a":3}""", 0, "lacks a valid shape")]
    [InlineData("""[1]""", 0, "not an object")]
    [InlineData("""{"a":""", 0, "not JSON")]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "not JSON")]
    [InlineData("""{"__metadata__":{"name":"\ud800"}}""", 0, "not JSON")]
    public void A_damaged_file_is_refused(string header, int bytes, string because)
    {
        WriteFile(header, new byte[bytes]);
        Refused(because);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 }, "too few for a header")]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255 }, "claims 18446744073709551615 bytes, but 0 follow")]
    [InlineData(new byte[] { 9, 0, 0, 0, 0, 0, 0, 0, 123, 125 }, "claims 9 bytes, but 2 follow")]
    public void A_damaged_length_is_refused(byte[] file, string because)
    {
        File.WriteAllBytes(FilePath, file);
        Refused(because);
    }

    [Fact]
    public void A_missing_file_is_named() => Assert.StartsWith(FilePath, SafeTensors.Read(FilePath).Error(), StringComparison.Ordinal);

    private static Dictionary<string, Tensor> Tensors() =>
        new()
        {
            ["flag"] = tensor(new[] { true, false, true }),
            ["floats"] = tensor(new[] { 0.5f, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f }).reshape(2, 3),
            ["turned"] = tensor(new[] { 0.5f, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f }).reshape(2, 3).transpose(0, 1),
            ["bfloat"] = tensor(new[] { 1.5f }).to(ScalarType.BFloat16),
            ["half"] = tensor(new[] { 1.5f, -2f }).to(ScalarType.Float16),
            ["double"] = tensor(new[] { Math.PI }),
            ["long"] = tensor(new[] { long.MaxValue / 4 }),
            ["int"] = tensor(new[] { 1, -2 }),
            ["bytes"] = tensor(new byte[] { 1, 255 }),
            ["scalar"] = tensor(3.25f),
            ["nothing"] = empty(0, 4),
        };

    private void Refused(string because)
    {
        var error = SafeTensors.Read(FilePath).Error();
        Assert.StartsWith(FilePath, error, StringComparison.Ordinal);
        Assert.Contains(because, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }

    private void WriteFile(string header, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(FilePath, [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. data]);
    }

    private static double[] Doubles(Tensor values) =>
        values.numel() == 0 ? [] : values.to(ScalarType.Float64).contiguous().data<double>().ToArray();
}
