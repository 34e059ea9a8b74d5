using System.Formats.Tar;
using System.IO.Compression;
using LanguageExt;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Reads CIFAR-10 or CIFAR-100 from what its authors offer: the binary or the Python version, as the archive or unpacked. Only files of the
/// expected names are read.
/// </summary>
internal static class CifarDownload
{
    // The Python version of a file is a little larger than the binary one.
    private const long LargestFile = 200L << 20;

    /// <summary>A file of the data set.</summary>
    /// <param name="Binary">Its name in the binary version.</param>
    /// <param name="Python">Its name in the Python version.</param>
    /// <param name="Images">Number of its images.</param>
    internal sealed record Part(string Binary, string Python, int Images);

    /// <summary>A file in the binary version.</summary>
    internal sealed record BinaryFile(Part Part, byte[] Bytes);

    /// <summary>Bytes of an image and its labels in the binary version.</summary>
    public static int RecordOf(int classes) => (classes == 10 ? 1 : 2) + Cifar.Pixels;

    /// <summary>The files of a data set in the binary version, whichever version there is.</summary>
    /// <param name="parts">The files.</param>
    /// <param name="classes">10 or 100.</param>
    /// <param name="from">A .tar.gz or .tar file, or a folder that holds one or the unpacked files.</param>
    /// <returns>The files in the given order; an error if there is no such data set there, or if it is damaged.</returns>
    public static Either<InputError, IReadOnlyList<BinaryFile>> Read(IReadOnlyList<Part> parts, int classes, string from)
    {
        var wanted = parts.SelectMany(static part => new[] { part.Binary, part.Python }).ToHashSet(StringComparer.Ordinal);
        var found = Directory.Exists(from) ? InFolder(from, wanted) : InArchive(from, wanted);
        return found.Bind(files => InBinary(parts, classes, from, files));
    }

    private static Either<InputError, IReadOnlyList<BinaryFile>> InBinary(
        IReadOnlyList<Part> parts,
        int classes,
        string from,
        Dictionary<string, Found> found
    )
    {
        var binary = parts.Any(part => found.ContainsKey(part.Binary));
        var missing = parts.Select(part => binary ? part.Binary : part.Python).Where(name => !found.ContainsKey(name)).ToList();
        return missing.Count > 0
            ? new InputError(
                $"{from} holds no {string.Join(", ", missing)}: give cifar-{classes}-binary.tar.gz or cifar-{classes}-python.tar.gz of "
                    + $"https://www.cs.toronto.edu/~kriz/cifar.html, or the folder that one of them unpacks to."
            )
            : parts.Select(part => binary ? Whole(part, found[part.Binary], classes) : Converted(part, found[part.Python], classes)).All();
    }

    private sealed record Found(string Place, byte[] Bytes);

    private static Either<InputError, Dictionary<string, Found>> InFolder(string folder, IReadOnlySet<string> wanted)
    {
        var files = Directory
            .EnumerateFiles(folder)
            .Concat(Directory.EnumerateDirectories(folder, "cifar-*").SelectMany(Directory.EnumerateFiles))
            .ToList();
        var chosen = files
            .Where(file => wanted.Contains(Path.GetFileName(file)))
            .DistinctBy(static file => Path.GetFileName(file))
            .ToList();
        var archive = files.Find(static file =>
            Path.GetFileName(file).StartsWith("cifar-", StringComparison.Ordinal) && file.EndsWith(".tar.gz", StringComparison.Ordinal)
        );
        return chosen.Count == 0 && archive is not null
            ? InArchive(archive, wanted)
            : chosen
                .Select(ReadAll)
                .All()
                .Map(static all => all.ToDictionary(static file => Path.GetFileName(file.Place), StringComparer.Ordinal));
    }

    private static Either<InputError, Dictionary<string, Found>> InArchive(string path, IReadOnlySet<string> wanted) =>
        Inputs.Opening(path, file => InArchive(path, file, wanted));

    private static Either<InputError, Dictionary<string, Found>> InArchive(string path, FileStream file, IReadOnlySet<string> wanted)
    {
        var found = new Dictionary<string, Found>(StringComparer.Ordinal);
        try
        {
            using var plain = Gzip.Is(file) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
            using var tar = new TarReader(plain);
            while (tar.GetNextEntry() is { } entry)
            {
                var name = entry.Name[(entry.Name.LastIndexOf('/') + 1)..];
                if (
                    entry is { DataStream: { } data, EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile }
                    && wanted.Contains(name)
                )
                {
                    if (!ReadAll($"{path}:{entry.Name}", data, entry.Length).Try(out var whole, out var error))
                    {
                        return error;
                    }

                    found[name] = whole;
                }
            }

            return found;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return new InputError($"{path} is cut short, or no .tar.gz file: download it again.");
        }
    }

    private static Either<InputError, Found> ReadAll(string place, Stream data, long length) =>
        PlausibleSize(place, length)
            .Map(size =>
            {
                var bytes = new byte[size];
                data.ReadExactly(bytes);
                return new Found(place, bytes);
            });

    private static Either<InputError, Found> ReadAll(string path) =>
        from length in Inputs.Reading(path, () => new FileInfo(path).Length)
        from size in PlausibleSize(path, length)
        from bytes in Inputs.Reading(path, () => File.ReadAllBytes(path))
        select new Found(path, bytes);

    private static Either<InputError, long> PlausibleSize(string place, long length) =>
        length <= LargestFile ? length : new InputError($"{place} has {length} bytes, more than any file of CIFAR: download it again.");

    private static Either<InputError, BinaryFile> Whole(Part part, Found found, int classes) =>
        found.Bytes.Length == part.Images * RecordOf(classes)
            ? new BinaryFile(part, found.Bytes)
            : new InputError(
                $"{found.Place} has {found.Bytes.Length} bytes instead of {part.Images * RecordOf(classes)}, "
                    + $"those of {part.Images} images: download it again."
            );

    // A record of the binary version is the label, of CIFAR-100 the coarse and the fine one, and the pixels, which are in the same order.
    private static Either<InputError, BinaryFile> Converted(Part part, Found found, int classes) =>
        PickledCifar.Read(found.Place, found.Bytes).Bind(content => Converted(part, found.Place, content, classes));

    private static Either<InputError, BinaryFile> Converted(
        Part part,
        string place,
        IReadOnlyDictionary<string, object?> content,
        int classes
    )
    {
        string[] keys = classes == 10 ? ["labels"] : ["coarse_labels", "fine_labels"];
        var labels = keys.Select(key => content.GetValueOrDefault(key) as IReadOnlyList<object?>).ToList();
        if (
            content.GetValueOrDefault("data") is not byte[] pixels
            || pixels.Length != (long)part.Images * Cifar.Pixels
            || labels.Any(list =>
                list is null || list.Count != part.Images || list.Any(label => label is not long || (long)label is < 0 or > 99)
            )
        )
        {
            return new InputError($"{place} does not hold {part.Images} images with labels: download it again.");
        }

        var bytes = new byte[part.Images * RecordOf(classes)];
        for (var i = 0; i < part.Images; i++)
        {
            var record = bytes.AsSpan(i * RecordOf(classes), RecordOf(classes));
            for (var kind = 0; kind < labels.Count; kind++)
            {
                record[kind] = (byte)(long)labels[kind]![i]!;
            }

            pixels.AsSpan(i * Cifar.Pixels, Cifar.Pixels).CopyTo(record[labels.Count..]);
        }

        return new BinaryFile(part, bytes);
    }
}
