using System.Formats.Tar;
using System.IO.Compression;
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
    /// <returns>The files that were written.</returns>
    /// <exception cref="InputException">There is no such data set there, or it is damaged.</exception>
    public static IReadOnlyList<string> LayOut(int classes, string from, string target) =>
        LayOut(classes == 10 ? Cifar10 : Cifar100, classes, from, target);

    /// <summary>Writes the images of a data set as PNG files, in train/CLASS/ and test/CLASS/, as <c>source: folder</c> reads them.</summary>
    /// <param name="classes">10 or 100. The classes of CIFAR-10 have their names, those of CIFAR-100 their numbers.</param>
    /// <param name="from">A .tar.gz or .tar file, or a folder that holds one or the unpacked files.</param>
    /// <param name="target">The folder to write to; it is made if it is missing.</param>
    /// <param name="progress">Called with the number of images written so far and their total, from several threads; null for none.</param>
    /// <returns>Number of images.</returns>
    /// <exception cref="InputException">There is no such data set there, it is damaged, or a file cannot be written.</exception>
    public static int LayOutPictures(int classes, string from, string target, Action<int, int>? progress = null) =>
        LayOutPictures(classes == 10 ? Cifar10 : Cifar100, classes, from, target, progress);

    /// <summary>The same for a data set of other files, of which the last has the test images.</summary>
    internal static int LayOutPictures(
        IReadOnlyList<Part> parts,
        int classes,
        string from,
        string target,
        Action<int, int>? progress = null
    )
    {
        var files = Files(parts, classes, from);
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
    internal static IReadOnlyList<string> LayOut(IReadOnlyList<Part> parts, int classes, string from, string target)
    {
        // All are read before one is written, so that a damaged archive leaves nothing half done.
        var files = Files(parts, classes, from);
        foreach (var (name, bytes) in files)
        {
            AtomicFile.Write(Path.Combine(target, name), stream => stream.Write(bytes));
        }

        return [.. files.Select(file => Path.Combine(target, file.Name))];
    }

    // The files of the binary version, whichever version there is.
    private static List<(string Name, byte[] Bytes)> Files(IReadOnlyList<Part> parts, int classes, string from)
    {
        var wanted = parts.SelectMany(static part => new[] { part.Binary, part.Python }).ToHashSet(StringComparer.Ordinal);
        var found = Directory.Exists(from) ? InFolder(from, wanted) : InArchive(from, wanted);
        var binary = parts.Any(part => found.ContainsKey(part.Binary));
        var missing = parts.Select(part => binary ? part.Binary : part.Python).Where(name => !found.ContainsKey(name)).ToList();
        return missing.Count > 0
            ? throw new InputException(
                $"{from} holds no {string.Join(", ", missing)}: give cifar-{classes}-binary.tar.gz or cifar-{classes}-python.tar.gz of "
                    + $"https://www.cs.toronto.edu/~kriz/cifar.html, or the folder that one of them unpacks to."
            )
            :
            [
                .. parts.Select(part =>
                    (part.Binary, binary ? Whole(part, found[part.Binary], classes) : Converted(part, found[part.Python], classes))
                ),
            ];
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

    private static Dictionary<string, Found> InFolder(string folder, HashSet<string> wanted)
    {
        var files = Directory
            .EnumerateFiles(folder)
            .Concat(Directory.EnumerateDirectories(folder, "cifar-*").SelectMany(Directory.EnumerateFiles))
            .ToList();
        var found = files
            .Where(file => wanted.Contains(Path.GetFileName(file)))
            .GroupBy(static file => Path.GetFileName(file))
            .ToDictionary(static same => same.Key, static same => new Found(same.First(), ReadAll(same.First())), StringComparer.Ordinal);
        var archive = files.Find(static file =>
            Path.GetFileName(file).StartsWith("cifar-", StringComparison.Ordinal) && file.EndsWith(".tar.gz", StringComparison.Ordinal)
        );
        return found.Count == 0 && archive is not null ? InArchive(archive, wanted) : found;
    }

    private static Dictionary<string, Found> InArchive(string path, HashSet<string> wanted)
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
                    found[name] = new($"{path}:{entry.Name}", ReadAll($"{path}:{entry.Name}", data, entry.Length));
                }
            }

            return found;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InputException($"{path} is cut short, or no .tar.gz file: download it again.", e);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{path} cannot be read: {InputException.Reason(e)}.", e);
        }
    }

    private static bool IsGzip(FileStream file)
    {
        var gzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return gzip;
    }

    private static byte[] ReadAll(string place, Stream data, long length)
    {
        RequireSize(place, length);
        var bytes = new byte[length];
        data.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] ReadAll(string path)
    {
        try
        {
            RequireSize(path, new FileInfo(path).Length);
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{path} cannot be read: {InputException.Reason(e)}.", e);
        }
    }

    private static void RequireSize(string place, long length)
    {
        if (length > LargestFile)
        {
            throw new InputException($"{place} has {length} bytes, more than any file of CIFAR: download it again.");
        }
    }

    private static int RecordOf(int classes) => (classes == 10 ? 1 : 2) + Pixels;

    private static byte[] Whole(Part part, Found found, int classes) =>
        found.Bytes.Length == part.Images * RecordOf(classes)
            ? found.Bytes
            : throw new InputException(
                $"{found.Place} has {found.Bytes.Length} bytes instead of {part.Images * RecordOf(classes)}, "
                    + $"those of {part.Images} images: download it again."
            );

    // A record of the binary version is the label, of CIFAR-100 the coarse and the fine one, and the pixels, which are in the same order.
    private static byte[] Converted(Part part, Found found, int classes)
    {
        var content = PickledCifar.Read(found.Place, found.Bytes);
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
            throw new InputException($"{found.Place} does not hold {part.Images} images with labels: download it again.");
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

        return bytes;
    }
}
