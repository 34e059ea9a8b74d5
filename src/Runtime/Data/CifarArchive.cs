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
    private static readonly CifarDownload.Part[] Files10 =
    [
        .. Enumerable.Range(1, 5).Select(static i => new CifarDownload.Part($"data_batch_{i}.bin", $"data_batch_{i}", 10_000)),
        new("test_batch.bin", "test_batch", 10_000),
    ];

    private static readonly CifarDownload.Part[] Files100 = [new("train.bin", "train", 50_000), new("test.bin", "test", 10_000)];

    /// <summary>Writes the files of a data set.</summary>
    /// <param name="classes">10 or 100.</param>
    /// <param name="from">A .tar.gz or .tar file, or a folder that holds one or the unpacked files.</param>
    /// <param name="target">The folder to write to; it is made if it is missing.</param>
    /// <returns>
    /// The files that were written; an error if there is no such data set there, if it is damaged, or if a file cannot be written.
    /// </returns>
    public static Either<InputError, IReadOnlyList<string>> LayOut(int classes, string from, string target) =>
        LayOut(classes == 10 ? Files10 : Files100, classes, from, target);

    /// <summary>
    /// Writes the images of a data set as PNG files, in train/CLASS/ and test/CLASS/, as <c>source: folder</c> reads them.
    /// </summary>
    /// <param name="classes">10 or 100. The classes of CIFAR-10 have their names, those of CIFAR-100 their numbers.</param>
    /// <param name="from">A .tar.gz or .tar file, or a folder that holds one or the unpacked files.</param>
    /// <param name="target">The folder to write to; it is made if it is missing.</param>
    /// <param name="progress">Called with the number of images written so far and their total, from several threads; null for none.</param>
    /// <returns>
    /// Number of images; an error if there is no such data set there, if it is damaged, or if a file cannot be written.
    /// </returns>
    public static Either<InputError, int> LayOutPictures(int classes, string from, string target, Action<int, int>? progress = null) =>
        LayOutPictures(classes == 10 ? Files10 : Files100, classes, from, target, progress);

    /// <summary>The same for a data set of other files, of which the last has the test images.</summary>
    internal static Either<InputError, int> LayOutPictures(
        IReadOnlyList<CifarDownload.Part> parts,
        int classes,
        string from,
        string target,
        Action<int, int>? progress = null
    ) => CifarDownload.Read(parts, classes, from).Bind(files => Inputs.Catch(() => WritePictures(files, classes, target, progress)));

    private static int WritePictures(IReadOnlyList<CifarDownload.BinaryFile> files, int classes, string target, Action<int, int>? progress)
    {
        var (train, done, total) = (0, 0, files.Sum(static file => file.Part.Images));
        foreach (var (part, bytes) in files)
        {
            var (first, split) = part == files[^1].Part ? (0, "test") : (train, "train");
            train += part.Images;
            InParallel.For(
                part.Images,
                i =>
                {
                    var record = bytes.AsSpan(i * CifarDownload.RecordOf(classes), CifarDownload.RecordOf(classes));
                    var label = record[CifarDownload.RecordOf(classes) - Cifar.Pixels - 1];
                    var name = classes == 10 && label < 10 ? Cifar.ClassNames10[label] : $"{label:d2}";
                    var path = Path.Combine(target, split, name, $"{first + i:d5}.png");
                    var file = Pictures.Encode(PictureOf(record[^Cifar.Pixels..]));
                    Write(path, file);
                    progress?.Invoke(Interlocked.Increment(ref done), total);
                }
            );
        }

        return total;
    }

    /// <summary>
    /// The same as <see cref="LayOut(int, string, string)"/> for a data set of other files. All are read before one is written, so that a
    /// damaged archive leaves nothing half done.
    /// </summary>
    internal static Either<InputError, IReadOnlyList<string>> LayOut(
        IReadOnlyList<CifarDownload.Part> parts,
        int classes,
        string from,
        string target
    ) => CifarDownload.Read(parts, classes, from).Bind(files => Inputs.Catch(() => WriteFiles(files, target)));

    private static IReadOnlyList<string> WriteFiles(IReadOnlyList<CifarDownload.BinaryFile> files, string target)
    {
        foreach (var (part, bytes) in files)
        {
            AtomicFile.Write(Path.Combine(target, part.Binary), stream => stream.Write(bytes));
        }

        return [.. files.Select(file => Path.Combine(target, file.Part.Binary))];
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
        var pixels = new byte[Cifar.Pixels];
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
}
