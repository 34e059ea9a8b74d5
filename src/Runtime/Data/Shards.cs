using System.Formats.Tar;
using System.Globalization;
using System.Text;

namespace SimClrDsl.Runtime;

/// <summary>
/// Tar files in WebDataset form: members <c>KEY.jpg</c> (or jpeg, png) and <c>KEY.cls</c>, the class as a number from 0. Only their headers
/// are read when they are opened; an image is read from its place in the archive when a batch needs it.
/// </summary>
public static class Shards
{
    private static readonly string[] ImageEndings = ["jpg", "jpeg", "png"];

    /// <summary>The images of train-*.tar and of test-*.tar or val-*.tar.</summary>
    /// <exception cref="InputException">There are none, or one is damaged or has a class that there is not.</exception>
    public static ImageFiles Open(string folder, int classes)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException($"there is no folder {folder}: set data.path to the folder that holds train-*.tar and test-*.tar.");
        }

        return new(classes, Part(folder, classes, "train"), Part(folder, classes, "test", "val"));
    }

    private static List<LabelledFile> Part(string folder, int classes, params string[] names)
    {
        var shards = names
            .Select(name => Directory.EnumerateFiles(folder, $"{name}-*.tar").Order(StringComparer.Ordinal).ToList())
            .FirstOrDefault(static found => found.Count > 0);
        return shards is null
            ? throw new InputException($"{folder} holds no {string.Join(" or ", names.Select(static name => $"{name}-*.tar"))}.")
            : [.. shards.SelectMany(shard => Images(shard, classes))];
    }

    private static List<LabelledFile> Images(string shard, int classes)
    {
        var images = new SortedDictionary<string, EncodedImage>(StringComparer.Ordinal);
        var labels = new Dictionary<string, long>();
        foreach (var (name, offset, length, text) in Members(shard))
        {
            // The key is all before the first dot of the name; what follows is the kind of member.
            var dot = name.IndexOf('.', name.LastIndexOf('/') + 1);
            var (key, kind) = dot < 0 ? (name, "") : (name[..dot], name[(dot + 1)..].ToLowerInvariant());
            if (ImageEndings.Contains(kind))
            {
                images[key] = new(shard, offset, length, $"{shard}:{name}");
            }
            else if (kind == "cls")
            {
                labels[key] = Label(text!, classes, $"{shard}:{name}");
            }
        }

        return images.Count > 0
            ? [.. images.Select(image => new LabelledFile(image.Value, labels.GetValueOrDefault(image.Key, -1)))]
            : throw new InputException($"{shard} holds no image ({string.Join(", ", ImageEndings)}).");
    }

    private static long Label(string text, int classes, string name) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var label) && label < classes
            ? label
            : throw new InputException($"{name} is '{text.Trim()}', but a class is a number from 0 to {classes - 1}.");

    private sealed record Member(string Name, long Offset, int Length, string? Text);

    private static List<Member> Members(string shard)
    {
        var members = new List<Member>();
        try
        {
            using var file = File.OpenRead(shard);
            using var tar = new TarReader(file);
            while (tar.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                {
                    Require(entry.DataOffset + entry.Length <= file.Length, shard);
                    var text = entry.Name.EndsWith(".cls", StringComparison.OrdinalIgnoreCase) ? Text(entry) : null;
                    members.Add(new(entry.Name, entry.DataOffset, checked((int)entry.Length), text));
                }
            }
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or OverflowException)
        {
            throw Cut(shard);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{shard} cannot be read: {InputException.Reason(e)}.", e);
        }

        return members;
    }

    private static string Text(TarEntry entry)
    {
        using var reader = new StreamReader(entry.DataStream ?? Stream.Null, Encoding.UTF8, leaveOpen: true);
        return reader.ReadToEnd();
    }

    private static void Require(bool whole, string shard)
    {
        if (!whole)
        {
            throw Cut(shard);
        }
    }

    private static InputException Cut(string shard) => new($"{shard} is cut short or no tar file: copy it again.");
}
