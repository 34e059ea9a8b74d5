using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;

namespace SimClrDsl.Runtime.Data;

/// <summary>Finds the image files below a folder, and notes every other file that it meets.</summary>
/// <param name="root">The data set's folder, from which names are counted.</param>
internal sealed class FolderImages(string root)
{
    private static readonly string[] Endings = [".jpg", ".jpeg", ".png"];
    private static readonly string[] SystemFiles = ["Thumbs.db", "desktop.ini", "__MACOSX", "Icon\r"];

    private readonly List<LeftOut> passedOver = [];

    /// <summary>The endings of the files that are read.</summary>
    public static string Read => string.Join(", ", Endings);

    /// <summary>Every file that was met and is no image, in the order in which they were met.</summary>
    public IReadOnlyList<LeftOut> PassedOver => passedOver;

    /// <summary>The images in a folder and in the folders below it, in the ordinal order of their paths.</summary>
    /// <exception cref="InputException">A folder cannot be listed.</exception>
    public List<string> Below(string folder) => [.. Walk(folder, [RealPath(folder)]).Order(StringComparer.Ordinal)];

    /// <summary>The folders directly in a folder, by name in ordinal order; hidden ones and files are passed over.</summary>
    /// <param name="folder">To list.</param>
    /// <param name="fileReason">Why a file directly in it takes no part.</param>
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

    /// <summary>Notes an entry that takes no part.</summary>
    public void PassOver(string path, string reason) => passedOver.Add(new(EncodedImage.NameWithin(root, path), reason));

    /// <summary>The entries of a folder in ordinal order.</summary>
    /// <exception cref="InputException">It cannot be listed.</exception>
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

    /// <summary>Whether an entry is hidden, or is one that an operating system leaves behind: never an image nor a class.</summary>
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
                // A link back would be followed for ever, and images of other classes would count as this one's.
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

    private static bool IsImage(string path) => Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static string Kind(string path) =>
        Path.GetExtension(path) is { Length: > 1 } ending ? $"{ending.ToLowerInvariant()} file" : "file without an ending";

    // Where a path leads when every link on its way is followed.
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
