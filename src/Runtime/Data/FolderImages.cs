using LanguageExt;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;

namespace SimClrDsl.Runtime.Data;

/// <summary>Finds the image files below a folder, and records every other file.</summary>
/// <param name="root">The data set's folder, to which names are relative.</param>
internal sealed class FolderImages(string root)
{
    private static readonly string[] SystemFiles = ["Thumbs.db", "desktop.ini", "__MACOSX", "Icon\r"];

    private readonly List<LeftOut> passedOver = [];

    /// <summary>The supported file name extensions, for messages.</summary>
    public static string Read => string.Join(", ", Pictures.Endings);

    /// <summary>The files and folders found so far that are not used, each with the reason.</summary>
    public IReadOnlyList<LeftOut> PassedOver => passedOver;

    /// <summary>The image files in a folder and its subfolders, in ordinal order of their paths.</summary>
    /// <returns>The paths; an error if a folder cannot be listed.</returns>
    public Either<InputError, List<string>> Below(string folder) =>
        Walk(folder, [RealPath(folder)]).Map(static images => images.Order(StringComparer.Ordinal).ToList());

    /// <summary>
    /// The immediate subfolders of a folder, in ordinal order of their names. Hidden folders and files are recorded as not used.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="fileReason">The reason to record for files in it.</param>
    /// <returns>Their names; an error if the folder cannot be listed.</returns>
    public Either<InputError, List<string>> Folders(string folder, string fileReason) =>
        Entries(folder).Map(entries => Folders(entries, fileReason));

    private List<string> Folders(List<string> entries, string fileReason)
    {
        var names = new List<string>();
        foreach (var entry in entries)
        {
            var name = Path.GetFileName(entry);
            if (IsHidden(name))
            {
                PassOver(entry, "hidden entry");
            }
            else if (Directory.Exists(entry))
            {
                names.Add(name);
            }
            else
            {
                PassOver(entry, IsImage(entry) ? fileReason : Kind(entry));
            }
        }

        return names;
    }

    /// <summary>Records a file or folder that is not used.</summary>
    public void PassOver(string path, string reason) => passedOver.Add(new(EncodedImage.NameWithin(root, path), reason));

    /// <summary>The files and folders in a folder, in ordinal order.</summary>
    /// <returns>Their paths; an error if the folder cannot be listed.</returns>
    public static Either<InputError, List<string>> Entries(string folder)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal).ToList();
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            return new InputError($"{folder} cannot be listed: {InputException.Reason(e)}.");
        }
    }

    /// <summary>Whether a file or folder is hidden, or made by an operating system for itself, such as Thumbs.db.</summary>
    public static bool IsHidden(string name) => name.StartsWith('.') || SystemFiles.Contains(name, StringComparer.OrdinalIgnoreCase);

    // The image files below a folder, in the order in which they are found. Entered are the real paths of the folders that lead to this
    // one, which is the last of them.
    private Either<InputError, List<string>> Walk(string folder, IReadOnlyList<string> entered)
    {
        if (!Entries(folder).Try(out var entries, out var error))
        {
            return error;
        }

        var images = new List<string>();
        foreach (var entry in entries)
        {
            if (IsHidden(Path.GetFileName(entry)))
            {
                PassOver(entry, "hidden entry");
            }
            else if (Directory.Exists(entry))
            {
                // A link to a parent folder would make an endless loop, and images of other classes would be counted as images of this
                // class.
                var real = RealPath(entry);
                if ($"{RealPath(folder)}/".StartsWith($"{real}/", StringComparison.Ordinal) || entered.Contains(real))
                {
                    PassOver(entry, "link to a folder that holds it");
                    continue;
                }

                if (!Walk(entry, [.. entered, real]).Try(out var below, out error))
                {
                    return error;
                }

                images.AddRange(below);
            }
            else if (IsImage(entry))
            {
                images.Add(entry);
            }
            else
            {
                PassOver(entry, Kind(entry));
            }
        }

        return images;
    }

    private static bool IsImage(string path) => Pictures.Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static string Kind(string path) =>
        Path.GetExtension(path) is { Length: > 1 } ending ? $"{ending.ToLowerInvariant()} file" : "file without an ending";

    // The path with all symbolic links resolved.
    private static string RealPath(string path)
    {
        var real = Path.GetPathRoot(Path.GetFullPath(path))!;
        foreach (
            var part in Path.GetFullPath(path)[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)
        )
        {
            var at = Path.Combine(real, part);
            real = LinkTarget(at) is { } target ? RealPath(target) : at;
        }

        return real;
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            return null;
        }
    }
}
