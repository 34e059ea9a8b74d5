using System.Buffers.Binary;
using System.IO.Compression;
using LanguageExt;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// A file in the idx format of MNIST and its successors, plain or gzipped: two zero bytes, the element type (8 for bytes), the number of
/// dimensions, the size of each dimension as a big-endian 32-bit integer, and the elements.
/// </summary>
/// <param name="Path">Path of the file.</param>
/// <param name="Shape">Sizes of the dimensions.</param>
/// <param name="Bytes">The elements in row-major order.</param>
internal sealed record IdxFile(string Path, int[] Shape, byte[] Bytes)
{
    private const byte UnsignedByte = 8;

    // Bytes that one byte of a gzip file can stand for at most.
    private const long LargestExpansion = 1032;

    /// <summary>Reads a whole idx file whose elements are bytes.</summary>
    /// <returns>The file; an error if it cannot be read, or is not a complete idx file of bytes.</returns>
    public static Either<InputError, IdxFile> Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var gzip = Gzip.Is(file);
            using var content = gzip ? (Stream)new GZipStream(file, CompressionMode.Decompress) : file;
            return Parse(path, content, room: gzip ? file.Length * LargestExpansion : file.Length);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e) || e is InvalidDataException)
        {
            return Damaged(path, InputException.Reason(e));
        }
    }

    private static Either<InputError, IdxFile> Parse(string path, Stream content, long room)
    {
        Span<byte> word = stackalloc byte[sizeof(int)];
        content.ReadExactly(word);
        if (word is not [0, 0, UnsignedByte, > 0 and <= 4])
        {
            return Damaged(path, $"it starts with 0x{Convert.ToHexString(word)}, not with the magic number of an idx file of bytes");
        }

        var shape = new int[word[3]];
        var total = 1L;
        for (var i = 0; i < shape.Length; i++)
        {
            content.ReadExactly(word);
            shape[i] = BinaryPrimitives.ReadInt32BigEndian(word);
            total = shape[i] < 0 ? long.MaxValue : total * shape[i];
            if (total > Math.Min(room, Array.MaxLength))
            {
                return Damaged(path, $"its sizes ({string.Join('×', shape[..(i + 1)])}) are too large to be true");
            }
        }

        var bytes = new byte[total];
        content.ReadExactly(bytes);
        return content.ReadByte() < 0
            ? new IdxFile(path, shape, bytes)
            : Damaged(path, $"it goes on after the {string.Join('×', shape)} bytes it announces");
    }

    private static InputError Damaged(string path, string what) =>
        new($"{path} is not a complete idx file: {what}; install or download it again.");
}
