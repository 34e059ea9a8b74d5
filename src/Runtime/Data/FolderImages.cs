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
    /// <exception cref="InputException">A folder cannot be listed.</exception>
    public List<string> Below(string folder) => [.. Walk(folder, [RealPath(folder)]).Order(StringComparer.Ordinal)];

    /// <summary>
    /// The immediate subfolders of a folder, in ordinal order of their names. Hidden folders and files are recorded as not used.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="fileReason">The reason to record for files in it.</param>
    /// <exception cref="InputException">The folder cannot be listed.</exception>
    public List<string> Folders(string folder, string fileReason)
    {
        var names = new List<string>();
        foreach (var entry in Entries(folder))
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
    /// <exception cref="InputException">The folder cannot be listed.</exception>
    public static IReadOnlyList<string> Entries(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{folder} cannot be listed: {InputException.Reason(e)}.", e);
        }
    }

    /// <summary>Whether a file or folder is hidden, or made by an operating system for itself, such as Thumbs.db.</summary>
    public static bool IsHidden(string name) => name.StartsWith('.') || SystemFiles.Contains(name, StringComparer.OrdinalIgnoreCase);

    private IEnumerable<string> Walk(string folder, HashSet<string> within)
    {
        foreach (var entry in Entries(folder))
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
                if ($"{RealPath(folder)}/".StartsWith($"{real}/", StringComparison.Ordinal) || !within.Add(real))
                {
                    PassOver(entry, "link to a folder that holds it");
                    continue;
                }

                foreach (var image in Walk(entry, within))
                {
                    yield return image;
                }

                within.Remove(real);
            }
            else if (IsImage(entry))
            {
                yield return entry;
            }
            else
            {
                PassOver(entry, Kind(entry));
            }
        }
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
