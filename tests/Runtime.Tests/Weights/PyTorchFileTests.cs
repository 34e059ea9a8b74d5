using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using FsCheck.Xunit;
using SimClrDsl.Runtime.Weights.PyTorch;

namespace SimClrDsl.Runtime.Tests.Weights;

/// <summary>Files of torch.save whose pickle or zip archive is not what PyTorch writes. Each is refused in one line.</summary>
public sealed class PyTorchFileTests : IDisposable
{
    private const int Values = 6;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_tensor_is_read()
    {
        var tensors = PyTorchFile.Read(Written(Whole([.. Entry("w", Values)]))).Value();
        Assert.Equal([2, 3], tensors["w"].shape);
        Assert.Equal([0f, 1, 2, 3, 4, 5], tensors["w"].Floats());
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_with_the_reason()
    {
        var missing = folder.File("missing.pth");
        Assert.Equal($"{missing} cannot be read: Could not find file '{missing}'.", PyTorchFile.Read(missing).Error());
    }

    [Fact]
    public void A_file_that_is_no_zip_archive_says_how_to_make_one()
    {
        var path = folder.File("old.pth");
        File.WriteAllText(path, "not a zip file");
        Assert.Equal(
            $"{path} is no zip file, as torch.save writes since PyTorch 1.6: load it there and save it again, or as safetensors.",
            PyTorchFile.Read(path).Error()
        );
    }

    [Fact]
    public void A_tensor_of_more_values_than_there_are_is_refused() =>
        Refused(Whole([.. Entry("w", 200)]), "'w' needs 200 values of 4 bytes, and its entry has 24 bytes");

    // A stride of 0 takes the same value 200 times; with larger sizes it would take as much memory as a stranger wishes.
    [Fact]
    public void A_tensor_that_repeats_its_values_is_refused() =>
        Refused(Whole([.. Entry("w", Values, (200, 0), (3, 1))]), "'w' of [200, 3] reaches beyond its 6 values");

    [Fact]
    public void Two_tensors_of_one_name_are_refused()
    {
        // a.w, and w within a.
        byte[] inner = [(byte)'}', .. Entry("w", Values)];
        Refused(Whole([.. Entry("a.w", Values), .. Text("a"), .. inner, (byte)'s']), "it holds 'a.w' twice");
    }

    [Fact]
    public void Dictionaries_that_never_end_are_refused()
    {
        var nested = Enumerable.Repeat<byte[]>([.. Text("a"), (byte)'}'], 200_000).SelectMany(static bytes => bytes);
        Refused(Whole([.. nested, .. Enumerable.Repeat((byte)'s', 200_000)]), "its dictionaries are nested too deeply");
    }

    // The size stands in the entry's header in front of the values, and in the directory at the end of the archive.
    [Fact]
    public void An_entry_that_claims_more_than_the_archive_has_is_refused_before_memory_is_taken()
    {
        const uint Claimed = 0x7ffffff0;
        var path = Written(Whole([.. Entry("w", Claimed / 4)]));
        var bytes = File.ReadAllBytes(path);
        foreach (var at in Enumerable.Range(0, bytes.Length - 8).Where(at => IsSizeOfValues(bytes.AsSpan(at, 8))).ToList())
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), Claimed);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 4), Claimed);
        }

        File.WriteAllBytes(path, bytes);
        var before = GC.GetTotalAllocatedBytes();
        PyTorchFile.Read(path).Error();
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 100_000_000);
    }

    [Property(MaxTest = 1000)]
    public void Any_bytes_of_a_pickle_are_a_file_or_refused(byte[] pickle)
    {
        var path = Written(pickle);
        Assert.Null(Record.Exception(() => PyTorchFile.Read(path)));
    }

    [Property(MaxTest = 1000)]
    public void Any_change_of_a_pickle_is_a_file_or_refused(ushort at, byte value)
    {
        var pickle = Whole([.. Entry("w", Values)]);
        pickle[at % pickle.Length] = value;
        var path = Written(pickle);
        Assert.Null(Record.Exception(() => PyTorchFile.Read(path)));
    }

    private static bool IsSizeOfValues(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes) == 4 * Values && BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) == 4 * Values;

    private void Refused(byte[] pickle, string because)
    {
        var path = Written(pickle);
        var error = PyTorchFile.Read(path).Error();
        Assert.StartsWith($"{path} is damaged, or no file of torch.save: ", error, StringComparison.Ordinal);
        Assert.Contains(because, error, StringComparison.Ordinal);
    }

    private string Written(byte[] pickle)
    {
        var path = folder.File("network.pth");
        using var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        Write("network/data.pkl", pickle);
        Write("network/data/0", [.. Enumerable.Range(0, Values).SelectMany(static i => BitConverter.GetBytes((float)i))]);
        return path;

        void Write(string name, byte[] bytes)
        {
            using var stream = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
            stream.Write(bytes);
        }
    }

    // A dictionary.
    private static byte[] Whole(byte[] entries) => [0x80, 2, (byte)'}', .. entries, (byte)'.'];

    // An entry of the dictionary on the stack: a tensor [2, 3].
    private static byte[] Entry(string name, uint count) => Entry(name, count, (2, 3), (3, 1));

    // A tensor of two dimensions, each with its size and stride, of a storage that is said to have so many values.
    private static byte[] Entry(string name, uint count, (byte Size, byte Stride) rows, (byte Size, byte Stride) columns) =>
        [
            .. Text(name),
            .. Global("torch._utils", "_rebuild_tensor_v2"),
            .. "(("u8,
            .. Text("storage"),
            .. Global("torch", "FloatStorage"),
            .. Text("0"),
            .. Text("cpu"),
            (byte)'J',
            .. BitConverter.GetBytes(count),
            .. "tQK\0"u8,
            .. (byte[])[(byte)'(', (byte)'K', rows.Size, (byte)'K', columns.Size, (byte)'t'],
            .. (byte[])[(byte)'(', (byte)'K', rows.Stride, (byte)'K', columns.Stride, (byte)'t'],
            .. "tRs"u8,
        ];

    private static byte[] Text(string text) => [(byte)'X', .. BitConverter.GetBytes(text.Length), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Global(string module, string name) => Encoding.UTF8.GetBytes($"c{module}\n{name}\n");
}
