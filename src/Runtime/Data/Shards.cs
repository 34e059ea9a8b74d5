using System.Formats.Tar;
using System.Globalization;
using System.Text;
using LanguageExt;
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
    /// <returns>The images; an error if there are no such files, if a file is damaged, or if a class index is out of range.</returns>
    public static Either<InputError, ImageFiles> Open(string folder, DataPlan plan)
    {
        if (!Directory.Exists(folder))
        {
            return new InputError($"there is no folder {folder}: set data.path to the folder that holds train-*.tar and test-*.tar.");
        }

        return from train in Part(folder, plan.Classes, "train")
            from test in plan.TestImages > 0 ? Part(folder, plan.Classes, "test", "val") : ShardImages.None
            select new ImageFiles(
                [.. Enumerable.Range(0, plan.Classes).Select(static label => label.ToString(CultureInfo.InvariantCulture))],
                train.Files,
                test.Files,
                [.. train.PassedOver, .. test.PassedOver]
            );
    }

    // The images of some shards, and the members that are not used.
    private sealed record ShardImages(IReadOnlyList<LabelledFile> Files, IReadOnlyList<LeftOut> PassedOver)
    {
        public static ShardImages None { get; } = new([], []);

        public static ShardImages Together(IReadOnlyList<ShardImages> shards) =>
            new([.. shards.SelectMany(static shard => shard.Files)], [.. shards.SelectMany(static shard => shard.PassedOver)]);
    }

    private static Either<InputError, ShardImages> Part(string folder, int classes, params string[] names)
    {
        var shards = names
            .Select(name => Directory.EnumerateFiles(folder, $"{name}-*.tar").Order(StringComparer.Ordinal).ToList())
            .FirstOrDefault(static found => found.Count > 0);
        return shards is null
            ? new InputError($"{folder} holds no {string.Join(" or ", names.Select(static name => $"{name}-*.tar"))}.")
            : shards.Select(shard => Images(folder, shard, classes)).All().Map(ShardImages.Together);
    }

    private static Either<InputError, ShardImages> Images(string folder, string shard, int classes) =>
        Members(shard).Bind(members => Images(folder, shard, members, classes));

    private static Either<InputError, ShardImages> Images(string folder, string shard, IReadOnlyList<Member> members, int classes)
    {
        var passedOver = new List<LeftOut>();
        var images = new SortedDictionary<string, EncodedImage>(StringComparer.Ordinal);
        var labels = new Dictionary<string, (string Name, string Text)>();
        foreach (var (name, offset, length, text, isFile) in members)
        {
            var (key, kind) = Split(name);
            var place = $"{shard}:{name}";
            if (isFile && !IsHidden(name) && (ImageKinds.Contains(kind) || kind == Class))
            {
                var first = kind == Class ? labels.TryAdd(key, (place, text!)) : images.TryAdd(key, new(shard, offset, length, place));
                if (!first)
                {
                    var what = kind == Class ? "labels" : "images";
                    return new InputError($"{place} is the second of two {what} of key '{key}' in one shard: remove or rename one.");
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
            ? images
                .Select(image => Label(labels, image.Key, classes).Map(label => new LabelledFile(image.Value, label)))
                .All()
                .Map(files => new ShardImages(files, passedOver))
            : new InputError($"{shard} holds no image ({string.Join(", ", ImageKinds)}).");
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
    private static Either<InputError, long> Label(Dictionary<string, (string Name, string Text)> labels, string key, int classes) =>
        classes == 0 || !labels.TryGetValue(key, out var found) ? -1
        : long.TryParse(found.Text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var label) && label < classes ? label
        : new InputError($"{found.Name} is '{found.Text.Trim()}', but a class is a number from 0 to {classes - 1}.");

    private sealed record Member(string Name, long Offset, int Length, string? Text, bool IsFile);

    private static Either<InputError, List<Member>> Members(string shard) => Inputs.Opening(shard, file => Members(shard, file));

    private static Either<InputError, List<Member>> Members(string shard, FileStream file)
    {
        var members = new List<Member>();
        try
        {
            using var tar = new TarReader(file);
            while (tar.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                {
                    if (!FileOf(shard, entry, file.Length).Try(out var member, out var error))
                    {
                        return error;
                    }

                    members.Add(member);
                }
                else if (entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink)
                {
                    members.Add(new(entry.Name, Offset: 0, Length: 0, Text: null, IsFile: false));
                }
            }

            return members;
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or OverflowException)
        {
            return Cut(shard);
        }
    }

    private static Either<InputError, Member> FileOf(string shard, TarEntry entry, long end) =>
        entry.DataOffset + entry.Length > end ? Cut(shard)
        : entry.Name.EndsWith(".cls", StringComparison.OrdinalIgnoreCase) ? Text(shard, entry).Map(text => FileOf(entry, text))
        : FileOf(entry, text: null);

    private static Member FileOf(TarEntry entry, string? text) =>
        new(entry.Name, entry.DataOffset, checked((int)entry.Length), text, IsFile: true);

    private static Either<InputError, string> Text(string shard, TarEntry entry)
    {
        if (entry.Length > LongestClass)
        {
            return new InputError($"{shard}:{entry.Name} has {entry.Length} bytes, but a class is a number.");
        }

        using var reader = new StreamReader(entry.DataStream ?? Stream.Null, Encoding.UTF8, leaveOpen: true);
        return reader.ReadToEnd();
    }

    private static InputError Cut(string shard) => new($"{shard} is cut short or no tar file: copy it again.");
}
