using System.Text;
using SimClrDsl.Runtime.Files;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Reads CIFAR-10 and CIFAR-100 (Krizhevsky, 2009) in their binary format: 50,000 training and 10,000 test images, in colour, 32 × 32 px.
/// </summary>
internal static class Cifar
{
    private const int Pixels = 3 * 32 * 32;
    private const string Archive100 = "cifar-100-binary";

    /// <summary>Names of CIFAR-10's classes, by index.</summary>
    public static IReadOnlyList<string> ClassNames10 { get; } =
    ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Reads CIFAR-10 from data_batch_1.bin to data_batch_5.bin and test_batch.bin.</summary>
    /// <exception cref="InputException">A file is missing or damaged.</exception>
    public static (ImageSet Train, ImageSet Test) Open10(string folder) =>
        (
            Read(
                [.. Enumerable.Range(1, 5).Select(i => Find(folder, "cifar-10-batches-bin", $"data_batch_{i}.bin"))],
                10_000,
                labelBytes: 1,
                classes: 10
            ),
            Read([Find(folder, "cifar-10-batches-bin", "test_batch.bin")], 10_000, labelBytes: 1, classes: 10)
        );

    /// <summary>Reads CIFAR-100, with its 100 fine classes, from train.bin and test.bin.</summary>
    /// <exception cref="InputException">A file is missing or damaged.</exception>
    public static (ImageSet Train, ImageSet Test) Open100(string folder) =>
        (
            Read([Find(folder, Archive100, "train.bin")], 50_000, labelBytes: 2, classes: 100),
            Read([Find(folder, Archive100, "test.bin")], 10_000, labelBytes: 2, classes: 100)
        );

    /// <summary>
    /// Names of CIFAR-100's fine classes, by index, from the authors' fine_label_names.txt; empty if that file is not beside the images.
    /// </summary>
    /// <exception cref="InputException">The file cannot be read, or holds another number of names.</exception>
    public static IReadOnlyList<string> ClassNames100(string folder)
    {
        const string Name = "fine_label_names.txt";
        var path = new[] { Path.Combine(folder, Name), Path.Combine(folder, Archive100, Name) }.FirstOrDefault(File.Exists);
        if (path is null)
        {
            return [];
        }

        var names = Encoding
            .UTF8.GetString(ReadAll(path))
            .Split('\n')
            .Select(static line => line.Trim())
            .Where(static line => line.Length > 0);
        return names.ToList() is { Count: 100 } all
            ? all
            : throw new InputException($"{path} has {names.Count()} names of classes instead of 100: unpack it again.");
    }

    // The file is in the folder itself, or in the folder that the authors' archive unpacks to.
    private static string Find(string folder, string archive, string name)
    {
        string[] candidates = [Path.Combine(folder, name), Path.Combine(folder, archive, name)];
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new InputException(
                $"{candidates[0]} does not exist: unpack the authors' binary version of the data set into {folder}."
            );
    }

    private static ImageSet Read(string[] paths, int imagesAFile, int labelBytes, int classes)
    {
        var record = labelBytes + Pixels;
        var (pixels, labels) = (new byte[paths.Length * imagesAFile * Pixels], new long[paths.Length * imagesAFile]);
        for (var file = 0; file < paths.Length; file++)
        {
            var bytes = ReadAll(paths[file]);
            if (bytes.Length != imagesAFile * record)
            {
                throw new InputException(
                    $"{paths[file]} has {bytes.Length} bytes instead of {imagesAFile * record}, "
                        + $"those of {imagesAFile} images: unpack it again."
                );
            }

            for (var i = 0; i < imagesAFile; i++)
            {
                // A record is its labels, of which the fine one is last, followed by the pixels.
                var (at, label) = (i * record, bytes[(i * record) + labelBytes - 1]);
                labels[(file * imagesAFile) + i] =
                    label < classes
                        ? label
                        : throw new InputException($"{paths[file]}: label {i} is {label}, but there are {classes} classes.");
                bytes.AsSpan(at + labelBytes, Pixels).CopyTo(pixels.AsSpan(((file * imagesAFile) + i) * Pixels));
            }
        }

        return new PixelSet(tensor(pixels).reshape(labels.Length, 3, 32, 32), tensor(labels));
    }

    private static byte[] ReadAll(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{path} cannot be read: {InputException.Reason(e)}.", e);
        }
    }
}
