using LanguageExt;
using SimClrDsl.Runtime.Files;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Weights;

/// <summary>The contents of a safetensors file.</summary>
/// <param name="Tensors">Tensors by name, on the CPU.</param>
/// <param name="Metadata">Texts by name.</param>
public sealed record SafeTensors(IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>
    /// Writes tensors to a file, atomically. The format is the length of the header in eight bytes, the header in JSON, and the values.
    /// </summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="tensors">The tensors by name; types are limited to those of safetensors.</param>
    /// <param name="metadata">Texts by name.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(
        string path,
        IReadOnlyCollection<KeyValuePair<string, Tensor>> tensors,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        // Tensors with wide types come first, which keeps all of them aligned, since the format allows no gaps.
        var ordered = tensors.OrderByDescending(static tensor => SafeTensorsType.Of(tensor.Value.dtype).Size).ToList();
        var header = SafeTensorsHeader.Of(ordered, metadata);
        AtomicFile.Write(
            path,
            stream =>
            {
                using var checksum = SafeTensorsChecksum.OfNewFile();
                header.Write(stream, checksum);
                foreach (var (_, value) in ordered)
                {
                    using var scope = NewDisposeScope();
                    var bytes = value.detach().cpu().contiguous().bytes;
                    stream.Write(bytes);
                    checksum.Add(bytes);
                }

                SafeTensorsHeader.Complete(stream, checksum);
            }
        );
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="checksummed">
    /// Whether the file must carry its checksum, as those that this program writes do. One that is carried is always checked.
    /// </param>
    /// <returns>The contents; an error if the file cannot be read, or is not what was written.</returns>
    public static Either<InputError, SafeTensors> Read(string path, bool checksummed = false) =>
        Inputs.Opening(path, stream => Read(path, stream, checksummed));

    private static Either<InputError, SafeTensors> Read(string path, FileStream stream, bool checksummed)
    {
        if (!SafeTensorsHeader.Read(path, stream).Try(out var read, out var error))
        {
            return error;
        }

        var (header, checksum) = read;
        using (checksum)
        {
            if (checksum is null && checksummed)
            {
                return SafeTensorsHeader.Damaged(path, "it carries no checksum, so it is damaged or was not written by this version");
            }

            var tensors = header.Entries.ToDictionary(
                static entry => entry.Name,
                entry => ReadTensor(stream, header.Length, entry, checksum)
            );
            return checksum?.Agrees() ?? true
                ? new SafeTensors(tensors, header.Metadata)
                : SafeTensorsHeader.Damaged(path, "its bytes are not those that were written: their checksum differs");
        }
    }

    // Entries come in the order of their bytes, which the checksum takes in.
    private static Tensor ReadTensor(FileStream stream, long dataStart, SafeTensorsEntry entry, SafeTensorsChecksum? checksum)
    {
        var tensor = empty(entry.Shape, dtype: entry.Type.Scalar);
        if (entry.Begin < entry.End)
        {
            stream.Position = dataStart + entry.Begin;
            stream.ReadExactly(tensor.bytes);
            checksum?.Add(tensor.bytes);
        }

        return tensor;
    }
}
