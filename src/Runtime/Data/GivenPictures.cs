using LanguageExt;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;

namespace SimClrDsl.Runtime.Data;

/// <summary>Pictures that a person gives to a trained network, as files or folders.</summary>
public sealed class GivenPictures
{
    // A multiple of the batch of evaluation, so that the batches of all parts are those of one set.
    private const int PartSize = 5000;

    private readonly IReadOnlyList<LabelledFile> files;

    private GivenPictures(IReadOnlyList<LabelledFile> files) => this.files = files;

    /// <summary>The paths of the pictures that can be used: files as they were given, and those of each folder by name.</summary>
    public IReadOnlyList<string> Names => [.. files.Select(static file => file.Image.Name)];

    /// <summary>Pictures that cannot be decoded, each with its fault.</summary>
    public IReadOnlyList<LeftOut> Broken { get; private init; } = [];

    /// <summary>Files in the folders that are no pictures by their names, each with its kind.</summary>
    public IReadOnlyList<LeftOut> PassedOver { get; private init; } = [];

    /// <summary>The number of files of each kind that were passed over, such as "8 .webp files, 2 hidden entries".</summary>
    public string PassedOverInWords => DataNotes.Counted(PassedOver);

    /// <summary>Finds pictures and decodes each once to see whether it can be used.</summary>
    /// <param name="paths">Files, and folders that are searched with their subfolders.</param>
    /// <param name="progress">Called with the number of pictures checked so far and their total, from several threads.</param>
    /// <returns>The pictures; an error if a path does not exist or cannot be read, or if there is no picture.</returns>
    public static Either<InputError, GivenPictures> Open(IReadOnlyList<string> paths, Action<int, int>? progress = null)
    {
        var search = new FolderImages(root: "");
        return from found in paths.Select(path => Find(path, search)).Together()
            from pictures in AtLeastOne(found, paths, search.PassedOver)
            select Checked(pictures.ConvertAll(EncodedImage.File), search.PassedOver, progress);
    }

    /// <summary>The pictures as sets of some thousands, in order, so that not all of them are in memory at once.</summary>
    /// <param name="input">What the network takes.</param>
    /// <exception cref="InputException">A picture has changed since it was checked.</exception>
    public IEnumerable<ImageSet> Parts(ImageInput input) => files.Chunk(PartSize).Select(part => PictureSet.Of(input, part).OrThrow());

    private static GivenPictures Checked(List<EncodedImage> found, IReadOnlyList<LeftOut> passedOver, Action<int, int>? progress)
    {
        var check = ImageCheck.Of(folder: "", found, ImageCache.None, progress);
        var usable = Enumerable.Range(0, found.Count).ToLookup(i => check[i].Fault is null);
        return new([.. usable[true].Select(i => new LabelledFile(found[i], Label: -1))])
        {
            Broken = [.. usable[false].Select(i => new LeftOut(found[i].Name, check[i].Fault!))],
            PassedOver = passedOver,
        };
    }

    private static Either<InputError, List<string>> Find(string path, FolderImages search) =>
        Directory.Exists(path) ? search.Below(path)
        : File.Exists(path) ? new List<string> { path }
        : new InputError($"{path} does not exist: give pictures, or a folder that holds some.");

    private static Either<InputError, List<string>> AtLeastOne(
        List<string> files,
        IReadOnlyList<string> paths,
        IReadOnlyList<LeftOut> passedOver
    )
    {
        var others = passedOver.Count == 0 ? "" : $" but {DataNotes.Counted(passedOver)}";
        return files.Count > 0 ? files : new InputError($"{string.Join(", ", paths)} holds no picture ({FolderImages.Read}){others}.");
    }
}
