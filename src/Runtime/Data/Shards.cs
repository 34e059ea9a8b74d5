using System.Formats.Tar;
using System.Globalization;
using System.Text;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Reads tar files in the WebDataset format, with members <c>KEY.jpg</c> (or another ending of <see cref="Pictures.Endings"/>) and
/// <c>KEY.cls</c>, which holds the class index. The key is the part of the name before the first dot, and the kind is the rest, so
/// <c>1.mask.png</c> is not an image with key 1. Opening reads only the headers; an image is read from its place in the archive when a
/// batch needs it.
/// </summary>
internal static class Shards
{
    private const string Class = "cls";

    // Bytes of a member that holds a class: a number, with space around it.
    private const int LongestClass = 64;
    private static readonly string[] ImageKinds = [.. Pictures.Endings.Select(static ending => ending[1..])];

    /// <summary>The images of train-*.tar and, if the plan has test images, of test-*.tar or val-*.tar.</summary>
    /// <exception cref="InputException">There are no such files, a file is damaged, or a class index is out of range.</exception>
    public static ImageFiles Open(string folder, DataPlan plan)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException($"there is no folder {folder}: set data.path to the folder that holds train-*.tar and test-*.tar.");
        }

        var passedOver = new List<LeftOut>();
        var train = Part(folder, plan.Classes, passedOver, "train");
        var test = plan.TestImages > 0 ? Part(folder, plan.Classes, passedOver, "test", "val") : [];
        return new(
            [.. Enumerable.Range(0, plan.Classes).Select(static label => label.ToString(CultureInfo.InvariantCulture))],
            train,
            test,
            passedOver
        );
    }

    private static List<LabelledFile> Part(string folder, int classes, List<LeftOut> passedOver, params string[] names)
    {
        var shards = names
            .Select(name => Directory.EnumerateFiles(folder, $"{name}-*.tar").Order(StringComparer.Ordinal).ToList())
            .FirstOrDefault(static found => found.Count > 0);
        return shards is null
            ? throw new InputException($"{folder} holds no {string.Join(" or ", names.Select(static name => $"{name}-*.tar"))}.")
            : [.. shards.SelectMany(shard => Images(folder, shard, classes, passedOver))];
    }

    private static List<LabelledFile> Images(string folder, string shard, int classes, List<LeftOut> passedOver)
    {
        var images = new SortedDictionary<string, EncodedImage>(StringComparer.Ordinal);
        var labels = new Dictionary<string, (string Name, string Text)>();
        foreach (var (name, offset, length, text, isFile) in Members(shard))
        {
            var (key, kind) = Split(name);
            var place = $"{shard}:{name}";
            if (isFile && !IsHidden(name) && (ImageKinds.Contains(kind) || kind == Class))
            {
                var first = kind == Class ? labels.TryAdd(key, (place, text!)) : images.TryAdd(key, new(shard, offset, length, place));
                if (!first)
                {
                    var what = kind == Class ? "labels" : "images";
                    throw new InputException($"{place} is the second of two {what} of key '{key}' in one shard: remove or rename one.");
                }
            }
            else
            {
                passedOver.Add(
                    new(
                        EncodedImage.NameWithin(folder, place),
                        !isFile ? "link in an archive"
                            : kind.Length == 0 ? "member without an ending"
                            : $".{kind} member"
                    )
                );
            }
        }

        passedOver.AddRange(
            labels
                .Where(label => !images.ContainsKey(label.Key))
                .Select(label => new LeftOut(EncodedImage.NameWithin(folder, label.Value.Name), ".cls without an image"))
        );
        return images.Count > 0
            ? [.. images.Select(image => new LabelledFile(image.Value, Label(labels, image.Key, classes)))]
            : throw new InputException($"{shard} holds no image ({string.Join(", ", ImageKinds)}).");
    }

    // Archives made on macOS have a member ._1.png beside 1.png. Names may start with "./".
    private static bool IsHidden(string name) =>
        name.Split('/').Any(static part => part is not ("." or "..") && FolderImages.IsHidden(part));

    // The key is the part of the file's name before the first dot; the rest is the kind of the member.
    private static (string Key, string Kind) Split(string name)
    {
        var dot = name.IndexOf('.', name.LastIndexOf('/') + 1);
        return dot < 0 ? (name, "") : (name[..dot], name[(dot + 1)..].ToLowerInvariant());
    }

    // If the plan has no classes, no stage uses labels.
    private static long Label(Dictionary<string, (string Name, string Text)> labels, string key, int classes) =>
        classes == 0 || !labels.TryGetValue(key, out var found) ? -1
        : long.TryParse(found.Text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var label) && label < classes ? label
        : throw new InputException($"{found.Name} is '{found.Text.Trim()}', but a class is a number from 0 to {classes - 1}.");

    private sealed record Member(string Name, long Offset, int Length, string? Text, bool IsFile);

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
                    var text = entry.Name.EndsWith(".cls", StringComparison.OrdinalIgnoreCase) ? Text(shard, entry) : null;
                    members.Add(new(entry.Name, entry.DataOffset, checked((int)entry.Length), text, IsFile: true));
                }
                else if (entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink)
                {
                    members.Add(new(entry.Name, Offset: 0, Length: 0, Text: null, IsFile: false));
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

    private static string Text(string shard, TarEntry entry)
    {
        if (entry.Length > LongestClass)
        {
            throw new InputException($"{shard}:{entry.Name} has {entry.Length} bytes, but a class is a number.");
        }

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
