using SimClrDsl.Runtime.Files;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Reads Fashion-MNIST (Xiao et al., 2017) from its four idx files: 60,000 training and 10,000 test images of 10 classes, grey, 28 × 28 px.
/// </summary>
internal static class FashionMnist
{
    /// <summary>The folder of Debian's package dataset-fashion-mnist.</summary>
    public const string PackageFolder = "/usr/share/datasets/fashion-mnist";

    /// <summary>Names of the classes, by index, as the authors give them.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
    ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    private const int Side = 28;
    private const int Classes = 10;

    /// <summary>Reads both splits from <paramref name="folder"/>, or if that is null from the folder of the package.</summary>
    /// <exception cref="InputException">The folder or a file is missing or damaged.</exception>
    public static (ImageSet Train, ImageSet Test) Open(string? folder)
    {
        var place = folder ?? PackageFolder;
        return Directory.Exists(place)
            ? (Read(place, "train", images: 60_000), Read(place, "t10k", images: 10_000))
            : throw Missing(place, "there is no such folder");
    }

    private static ImageSet Read(string folder, string split, int images)
    {
        var pixels = ReadFile(folder, $"{split}-images-idx3-ubyte", images, Side, Side);
        var labels = ReadFile(folder, $"{split}-labels-idx1-ubyte", images);
        var wrong = labels.Bytes.AsSpan().IndexOfAnyInRange((byte)Classes, byte.MaxValue);
        return wrong < 0
            ? new PixelSet(
                tensor(pixels.Bytes).reshape(images, 1, Side, Side),
                tensor(Array.ConvertAll(labels.Bytes, static label => (long)label))
            )
            : throw new InputException($"{labels.Path}: label {wrong} is {labels.Bytes[wrong]}, but there are {Classes} classes.");
    }

    private static IdxFile ReadFile(string folder, string name, params int[] shape)
    {
        string[] candidates = [Path.Combine(folder, name + ".gz"), Path.Combine(folder, name)];
        var path = candidates.FirstOrDefault(File.Exists) ?? throw Missing(folder, $"{name}[.gz] is not in it");
        var file = IdxFile.Read(path);
        return file.Shape.AsSpan().SequenceEqual(shape)
            ? file
            : throw new InputException(
                $"{path} holds {string.Join('×', file.Shape)} bytes instead of Fashion-MNIST's {string.Join('×', shape)}; "
                    + "install or download it again."
            );
    }

    private static InputException Missing(string folder, string what) =>
        new(
            $"Fashion-MNIST is not in {folder} ({what}): install it with `apt-get install dataset-fashion-mnist`, or set data.path to the "
                + "folder of its four idx files."
        );
}
