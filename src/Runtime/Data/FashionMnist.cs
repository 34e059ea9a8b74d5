using LanguageExt;
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
    /// <returns>The splits; an error if the folder or a file is missing or damaged.</returns>
    public static Either<InputError, (ImageSet Train, ImageSet Test)> Open(string? folder)
    {
        var place = folder ?? PackageFolder;
        return Directory.Exists(place) ? Both(place) : Missing(place, "there is no such folder");
    }

    private static Either<InputError, (ImageSet Train, ImageSet Test)> Both(string folder) =>
        from train in Read(folder, "train", images: 60_000)
        from test in Read(folder, "t10k", images: 10_000)
        select (train, test);

    private static Either<InputError, ImageSet> Read(string folder, string split, int images) =>
        from pixels in ReadFile(folder, $"{split}-images-idx3-ubyte", images, Side, Side)
        from file in ReadFile(folder, $"{split}-labels-idx1-ubyte", images)
        from labels in Labels(file)
        select (ImageSet)new PixelSet(tensor(pixels.Bytes).reshape(images, 1, Side, Side), tensor(labels));

    private static Either<InputError, long[]> Labels(IdxFile file)
    {
        var wrong = file.Bytes.AsSpan().IndexOfAnyInRange((byte)Classes, byte.MaxValue);
        return wrong < 0
            ? Array.ConvertAll(file.Bytes, static label => (long)label)
            : new InputError($"{file.Path}: label {wrong} is {file.Bytes[wrong]}, but there are {Classes} classes.");
    }

    private static Either<InputError, IdxFile> ReadFile(string folder, string name, params int[] shape)
    {
        string[] candidates = [Path.Combine(folder, name + ".gz"), Path.Combine(folder, name)];
        return candidates.FirstOrDefault(File.Exists) is { } path
            ? IdxFile.Read(path).Bind(file => OfShape(shape, file))
            : Missing(folder, $"{name}[.gz] is not in it");
    }

    private static Either<InputError, IdxFile> OfShape(int[] shape, IdxFile file) =>
        file.Shape.AsSpan().SequenceEqual(shape)
            ? file
            : new InputError(
                $"{file.Path} holds {string.Join('×', file.Shape)} bytes instead of Fashion-MNIST's {string.Join('×', shape)}; "
                    + "install or download it again."
            );

    private static InputError Missing(string folder, string what) =>
        new(
            $"Fashion-MNIST is not in {folder} ({what}): install it with `apt-get install dataset-fashion-mnist`, or set data.path to the "
                + "folder of its four idx files."
        );
}
