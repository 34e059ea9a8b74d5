using System.Text;
using FsCheck.Xunit;
using SimClrDsl.Runtime.Weights.TensorFlow;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Weights;

public sealed class TensorBundleTests : IDisposable
{
    private readonly TempFolder folder = new();

    private string Prefix => folder.File("model.ckpt-7");

    public void Dispose() => folder.Dispose();

    // The check value that the catalogue of checksums gives for CRC-32C, masked by hand: ((crc >> 15) | (crc << 17)) + 0xa282ead8.
    [Fact]
    public void The_checksum_is_the_masked_castagnoli_one() =>
        Assert.Equal(
            unchecked(((0xe3069283u >> 15) | (0xe3069283u << 17)) + 0xa282ead8u),
            Crc32C.Masked(Encoding.ASCII.GetBytes("123456789"))
        );

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Variables_come_back_as_they_were(int shards)
    {
        var variables = Enumerable
            .Range(0, 70)
            .Select(static i =>
                (Name: $"base_model/conv2d_{i}/kernel", Value: arange(i, i + (2 * (i + 1)), dtype: float32).reshape(2, i + 1))
            )
            .Append((Name: "global_step", Value: tensor(250228L)))
            .ToList();
        BundleWriter.Write(Prefix, variables, shards);
        var bundle = TensorBundle.Open(Prefix).Value();
        Assert.Equal(variables.Select(static variable => variable.Name).Order(), bundle.Entries.Keys.Order());
        foreach (var (name, value) in variables)
        {
            Assert.Equal(value.shape, bundle.Entries[name].Shape);
            var read = bundle.Read(name).Value();
            Assert.True(value.dtype == read.dtype && Values.Same(value, read), name);
        }
    }

    [Fact]
    public void A_missing_index_says_what_to_give() =>
        Assert.Contains(
            "model.ckpt-7.index does not exist: give what the names of the checkpoint's files have in common",
            TensorBundle.Open(Prefix).Error(),
            StringComparison.Ordinal
        );

    [Fact]
    public void An_index_that_cannot_be_read_is_an_error_with_the_reason()
    {
        var index = $"{Prefix}.index";
        Directory.CreateDirectory(index);
        Assert.Equal($"{index} cannot be read: Access to the path '{index}' is denied.", TensorBundle.Open(Prefix).Error());
    }

    [Theory]
    [InlineData(0, "it does not end as an index of tensors does")]
    [InlineData(-1, "it does not end as an index of tensors does")]
    [InlineData(60, "the checksum of a block is wrong")]
    public void A_damaged_index_is_refused(int at, string reason)
    {
        BundleWriter.Write(Prefix, [("a", ones(3)), ("b", ones(4))]);
        var bytes = File.ReadAllBytes($"{Prefix}.index");
        File.WriteAllBytes(
            $"{Prefix}.index",
            at > 0 ? Flipped(bytes, at)
                : at < 0 ? bytes[..^1]
                : []
        );
        Assert.Contains(reason, TensorBundle.Open(Prefix).Error(), StringComparison.Ordinal);
    }

    // The checksums are right: 22 bytes that are not there, a number that does not end, a kind of field that there is not, a field without
    // a number.
    [Theory]
    [InlineData(0x12, 22, 0x12, 0)]
    [InlineData(0x08, 0x80)]
    [InlineData(0x0f, 1)]
    [InlineData(0x00, 1)]
    public void An_index_of_what_are_no_messages_is_refused(params int[] bytes)
    {
        byte[] message = [.. bytes.Select(static value => (byte)value)];
        Refused(KeyValuePair.Create("", message));
        Refused(KeyValuePair.Create("", (byte[])[8, 1]), KeyValuePair.Create("a", message));
    }

    [Property(MaxTest = 1000)]
    public void Any_bytes_in_an_index_are_an_entry_or_refused(byte[] message)
    {
        File.WriteAllBytes($"{Prefix}.index", BundleWriter.Table([new("", [8, 1]), new("a", message)]));
        Assert.Null(Record.Exception(() => TensorBundle.Open(Prefix)));
    }

    private void Refused(params KeyValuePair<string, byte[]>[] entries)
    {
        File.WriteAllBytes($"{Prefix}.index", BundleWriter.Table(entries));
        var message = TensorBundle.Open(Prefix).Error();
        Assert.Matches(@"\.index is damaged, or no index of a TensorFlow checkpoint: [^\n]*[^.]\.$", message);
    }

    [Fact]
    public void Damaged_and_missing_values_are_refused()
    {
        var data = $"{Prefix}.data-00000-of-00001";
        BundleWriter.Write(Prefix, [("a", ones(3)), ("b", ones(4))]);
        var bytes = File.ReadAllBytes(data);
        File.WriteAllBytes(data, Flipped(bytes, 5));
        Fails("the checksum of 'a' is wrong", "a");
        Assert.Equal([1f, 1, 1, 1], TensorBundle.Open(Prefix).Value().Read("b").Value().Floats());
        File.WriteAllBytes(data, bytes[..^2]);
        Fails("is cut short: it ends before the end of 'b'", "b");
        File.Delete(data);
        Fails("cannot be read", "a");
    }

    [Theory]
    [InlineData(new[] { 1L << 40, 1L << 40 }, 0, 12, "is damaged: 'a' has 12 bytes, and the shape [1099511627776, 1099511627776]")]
    [InlineData(new[] { 0, 1L << 62, 4 }, 0, 0, "is damaged: 'a' has 0 bytes, and the shape [0, 4611686018427387904, 4]")]
    [InlineData(new[] { -1L, 3L }, 0, -12, "is damaged: 'a' has -12 bytes, and the shape [-1, 3]")]
    [InlineData(new[] { 1L << 40 }, 0, 1L << 42, "is cut short: it ends before the end of 'a'")]
    [InlineData(new[] { 3L }, long.MaxValue, 12, "is cut short: it ends before the end of 'a'")]
    [InlineData(new[] { 3L }, -12, 12, "is cut short: it ends before the end of 'a'")]
    public void Sizes_are_compared_with_the_file_before_memory_is_taken(long[] shape, long offset, long size, string reason)
    {
        File.WriteAllBytes($"{Prefix}.data-00000-of-00001", new byte[12]);
        File.WriteAllBytes($"{Prefix}.index", BundleWriter.IndexOf("a", shape, offset, size));
        Fails(reason, "a");
    }

    private void Fails(string reason, string name) =>
        Assert.Contains(reason, TensorBundle.Open(Prefix).Value().Read(name).Error(), StringComparison.Ordinal);

    private static byte[] Flipped(byte[] bytes, int at) => [.. bytes[..at], (byte)(bytes[at] ^ 1), .. bytes[(at + 1)..]];
}
