using System.Text;
using LanguageExt;
using SimClrDsl.Runtime.Files;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Reads CIFAR-10 and CIFAR-100 (Krizhevsky, 2009) in their binary format: 50,000 training and 10,000 test images, in colour, 32 × 32 px.
/// </summary>
internal static class Cifar
{
    /// <summary>Bytes of an image: three colours of 32 × 32 pixels.</summary>
    public const int Pixels = 3 * 32 * 32;

    /// <summary>Names of CIFAR-10's classes, by index.</summary>
    public static IReadOnlyList<string> ClassNames10 { get; } =
    ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    // What the files of a data set have in common. Each image is a record: its labels, of which the fine one is last, followed by the
    // pixels.
    private sealed record Format(string Archive, int LabelBytes, int Classes)
    {
        public int RecordBytes => LabelBytes + Pixels;

        public byte LabelOf(byte[] file, int image) => file[(image * RecordBytes) + LabelBytes - 1];

        public ReadOnlySpan<byte> PixelsOf(byte[] file, int image) => file.AsSpan((image * RecordBytes) + LabelBytes, Pixels);
    }

    private static readonly Format Of10 = new("cifar-10-batches-bin", LabelBytes: 1, Classes: 10);
    private static readonly Format Of100 = new("cifar-100-binary", LabelBytes: 2, Classes: 100);

    /// <summary>Reads CIFAR-10 from data_batch_1.bin to data_batch_5.bin and test_batch.bin.</summary>
    /// <returns>The splits; an error if a file is missing or damaged.</returns>
    public static Either<InputError, (ImageSet Train, ImageSet Test)> Open10(string folder) =>
        from train in Read(folder, Of10, [.. Enumerable.Range(1, 5).Select(static i => $"data_batch_{i}.bin")], imagesAFile: 10_000)
        from test in Read(folder, Of10, ["test_batch.bin"], imagesAFile: 10_000)
        select (train, test);

    /// <summary>Reads CIFAR-100, with its 100 fine classes, from train.bin and test.bin.</summary>
    /// <returns>The splits; an error if a file is missing or damaged.</returns>
    public static Either<InputError, (ImageSet Train, ImageSet Test)> Open100(string folder) =>
        from train in Read(folder, Of100, ["train.bin"], imagesAFile: 50_000)
        from test in Read(folder, Of100, ["test.bin"], imagesAFile: 10_000)
        select (train, test);

    /// <summary>
    /// Names of CIFAR-100's fine classes, by index, from the authors' fine_label_names.txt; empty if that file is not beside the images.
    /// </summary>
    /// <returns>The names; an error if the file cannot be read, or holds another number of names.</returns>
    public static Either<InputError, IReadOnlyList<string>> ClassNames100(string folder)
    {
        const string Name = "fine_label_names.txt";
        var path = new[] { Path.Combine(folder, Name), Path.Combine(folder, Of100.Archive, Name) }.FirstOrDefault(File.Exists);
        return path is null ? Array.Empty<string>() : Bytes(path).Bind(bytes => Names100(path, bytes));
    }

    private static Either<InputError, IReadOnlyList<string>> Names100(string path, byte[] file)
    {
        string[] names =
        [
            .. Encoding.UTF8.GetString(file).Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0),
        ];
        return names.Length == 100 ? names : new InputError($"{path} has {names.Length} names of classes instead of 100: unpack it again.");
    }

    private static Either<InputError, ImageSet> Read(string folder, Format format, string[] names, int imagesAFile) =>
        names.Select(name => Find(folder, format.Archive, name)).All().Bind(paths => Read(paths, format, imagesAFile));

    // The file is in the folder itself, or in the folder that the authors' archive unpacks to.
    private static Either<InputError, string> Find(string folder, string archive, string name)
    {
        string[] candidates = [Path.Combine(folder, name), Path.Combine(folder, archive, name)];
        return candidates.FirstOrDefault(File.Exists) is { } path
            ? path
            : new InputError($"{candidates[0]} does not exist: unpack the authors' binary version of the data set into {folder}.");
    }

    private static Either<InputError, ImageSet> Read(IReadOnlyList<string> paths, Format format, int imagesAFile)
    {
        var (pixels, labels) = (new byte[paths.Count * imagesAFile * Pixels], new long[paths.Count * imagesAFile]);
        for (var file = 0; file < paths.Count; file++)
        {
            if (!Records(paths[file], format, imagesAFile).Try(out var records, out var error))
            {
                return error;
            }

            for (var i = 0; i < imagesAFile; i++)
            {
                var image = (file * imagesAFile) + i;
                labels[image] = format.LabelOf(records, i);
                format.PixelsOf(records, i).CopyTo(pixels.AsSpan(image * Pixels));
            }
        }

        return new PixelSet(tensor(pixels).reshape(labels.Length, 3, 32, 32), tensor(labels));
    }

    // The bytes of a file, if it has this number of records, each with the label of one of the classes.
    private static Either<InputError, byte[]> Records(string path, Format format, int images) =>
        from bytes in Bytes(path)
        from whole in Whole(path, bytes, images, format)
        from records in Labelled(path, whole, images, format)
        select records;

    private static Either<InputError, byte[]> Whole(string path, byte[] bytes, int images, Format format) =>
        bytes.Length == images * format.RecordBytes
            ? bytes
            : new InputError(
                $"{path} has {bytes.Length} bytes instead of {images * format.RecordBytes}, those of {images} images: unpack it again."
            );

    private static Either<InputError, byte[]> Labelled(string path, byte[] bytes, int images, Format format) =>
        Enumerable.Range(0, images).FirstOrDefault(i => format.LabelOf(bytes, i) >= format.Classes, -1) is >= 0 and var wrong
            ? new InputError($"{path}: label {wrong} is {format.LabelOf(bytes, wrong)}, but there are {format.Classes} classes.")
            : bytes;

    private static Either<InputError, byte[]> Bytes(string path) => Inputs.Reading(path, () => File.ReadAllBytes(path));
}
