using System.Formats.Tar;
using System.IO.Compression;
using LanguageExt;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Lays out CIFAR-10 or CIFAR-100 as this program reads it, from what its authors offer: the binary or the Python version, as the archive
/// or unpacked. Only files of the expected names are read, and only files of fixed names are written, so an archive cannot write elsewhere.
/// </summary>
public static class CifarArchive
{
    private const int Pixels = 3 * 32 * 32;

    // The Python version of a file is a little larger than the binary one.
    private const long LargestFile = 200L << 20;

    /// <summary>A file of the data set.</summary>
    /// <param name="Binary">Its name in the binary version.</param>
    /// <param name="Python">Its name in the Python version.</param>
    /// <param name="Images">Number of its images.</param>
    internal sealed record Part(string Binary, string Python, int Images);

    private static readonly Part[] Cifar10 =
    [
        .. Enumerable.Range(1, 5).Select(static i => new Part($"data_batch_{i}.bin", $"data_batch_{i}", 10_000)),
        new("test_batch.bin", "test_batch", 10_000),
    ];

    private static readonly string[] Names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    private static readonly Part[] Cifar100 = [new("train.bin", "train", 50_000), new("test.bin", "test", 10_000)];

    /// <summary>Writes the files of a data set.</summary>
    /// <param name="classes">10 or 100.</param>
    /// <param name="from">A .tar.gz or .tar file, or a folder that holds one or the unpacked files.</param>
    /// <param name="target">The folder to write to; it is made if it is missing.</param>
    /// <returns>
    /// The files that were written; an error if there is no such data set there, if it is damaged, or if a file cannot be written.
    /// </returns>
    public static Either<InputError, IReadOnlyList<string>> LayOut(int classes, string from, string target) =>
        LayOut(classes == 10 ? Cifar10 : Cifar100, classes, from, target);

    /// <summary>Writes the images of a data set as PNG files, in train/CLASS/ and test/CLASS/, as <c>source: folder</c> reads them.</summary>
    /// <param name="classes">10 or 100. The classes of CIFAR-10 have their names, those of CIFAR-100 their numbers.</param>
    /// <param name="from">A .tar.gz or .tar file, or a folder that holds one or the unpacked files.</param>
    /// <param name="target">The folder to write to; it is made if it is missing.</param>
    /// <param name="progress">Called with the number of images written so far and their total, from several threads; null for none.</param>
    /// <returns>
    /// Number of images; an error if there is no such data set there, if it is damaged, or if a file cannot be written.
    /// </returns>
    public static Either<InputError, int> LayOutPictures(int classes, string from, string target, Action<int, int>? progress = null) =>
        LayOutPictures(classes == 10 ? Cifar10 : Cifar100, classes, from, target, progress);

    /// <summary>The same for a data set of other files, of which the last has the test images.</summary>
    internal static Either<InputError, int> LayOutPictures(
        IReadOnlyList<Part> parts,
        int classes,
        string from,
        string target,
        Action<int, int>? progress = null
    ) => Files(parts, classes, from).Bind(files => Inputs.Catch(() => WritePictures(parts, files, classes, target, progress)));

    private static int WritePictures(
        IReadOnlyList<Part> parts,
        IReadOnlyList<BinaryFile> files,
        int classes,
        string target,
        Action<int, int>? progress
    )
    {
        var (train, done, total) = (0, 0, parts.Sum(static part => part.Images));
        foreach (var (part, (_, bytes)) in parts.Zip(files))
        {
            var (first, split) = part == parts[^1] ? (0, "test") : (train, "train");
            train += part.Images;
            InParallel.For(
                part.Images,
                i =>
                {
                    var record = bytes.AsSpan(i * RecordOf(classes), RecordOf(classes));
                    var label = record[RecordOf(classes) - Pixels - 1];
                    var name = classes == 10 && label < 10 ? Names[label] : $"{label:d2}";
                    var path = Path.Combine(target, split, name, $"{first + i:d5}.png");
                    var file = Pictures.Encode(PictureOf(record[^Pixels..]));
                    Write(path, file);
                    progress?.Invoke(Interlocked.Increment(ref done), total);
                }
            );
        }

        return total;
    }

    /// <summary>The same as <see cref="LayOut(int, string, string)"/> for a data set of other files.</summary>
    // All are read before one is written, so that a damaged archive leaves nothing half done.
    internal static Either<InputError, IReadOnlyList<string>> LayOut(IReadOnlyList<Part> parts, int classes, string from, string target) =>
        Files(parts, classes, from).Bind(files => Inputs.Catch(() => WriteFiles(files, target)));

    private static IReadOnlyList<string> WriteFiles(IReadOnlyList<BinaryFile> files, string target)
    {
        foreach (var (name, bytes) in files)
        {
            AtomicFile.Write(Path.Combine(target, name), stream => stream.Write(bytes));
        }

        return [.. files.Select(file => Path.Combine(target, file.Name))];
    }

    // A file of the binary version.
    private sealed record BinaryFile(string Name, byte[] Bytes);

    // The files of the binary version, whichever version there is.
    private static Either<InputError, IReadOnlyList<BinaryFile>> Files(IReadOnlyList<Part> parts, int classes, string from)
    {
        var wanted = parts.SelectMany(static part => new[] { part.Binary, part.Python }).ToHashSet(StringComparer.Ordinal);
        var found = Directory.Exists(from) ? InFolder(from, wanted) : InArchive(from, wanted);
        return found.Bind(files => Files(parts, classes, from, files));
    }

    private static Either<InputError, IReadOnlyList<BinaryFile>> Files(
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

    // Without waiting for the disk after each of 60,000 files.
    private static void Write(string path, byte[] file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{path} cannot be written: {InputException.Reason(e)}.", e);
        }
    }

    // The pixels of a record are all red values, then all green ones, then all blue ones.
    private static Picture PictureOf(ReadOnlySpan<byte> planes)
    {
        const int Side = 32;
        var pixels = new byte[Pixels];
        for (var i = 0; i < Side * Side; i++)
        {
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = (
                planes[i],
                planes[(Side * Side) + i],
                planes[(2 * Side * Side) + i]
            );
        }

        return new(Side, Side, pixels);
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

    private static Either<InputError, Dictionary<string, Found>> InArchive(string path, IReadOnlySet<string> wanted)
    {
        var found = new Dictionary<string, Found>(StringComparer.Ordinal);
        try
        {
            using var file = File.OpenRead(path);
            using var plain = IsGzip(file) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
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
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            return new InputError($"{path} cannot be read: {InputException.Reason(e)}.");
        }
    }

    private static bool IsGzip(FileStream file)
    {
        var gzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return gzip;
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

    private static int RecordOf(int classes) => (classes == 10 ? 1 : 2) + Pixels;

    private static Either<InputError, BinaryFile> Whole(Part part, Found found, int classes) =>
        found.Bytes.Length == part.Images * RecordOf(classes)
            ? new BinaryFile(part.Binary, found.Bytes)
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
            || pixels.Length != (long)part.Images * Pixels
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

            pixels.AsSpan(i * Pixels, Pixels).CopyTo(record[labels.Count..]);
        }

        return new BinaryFile(part.Binary, bytes);
    }
}
