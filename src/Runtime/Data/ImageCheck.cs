using System.Buffers.Binary;
using System.Security.Cryptography;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Looks at every image of a data set once, before any training: whether it can be decoded, and the hash of its bytes. So a broken image
/// has left the list of files before labels are drawn and batches are made, and no image ever stands in for another.
/// </summary>
internal static class ImageCheck
{
    /// <summary>Checks images in parallel; one that is remembered with its file's size and time is not read again.</summary>
    /// <param name="folder">The data set's.</param>
    /// <param name="images">To check.</param>
    /// <param name="cache">What earlier checks found.</param>
    /// <param name="progress">Told how many of how many images that had to be read have been; from several threads.</param>
    /// <returns>What was found, image by image.</returns>
    public static CheckedImage[] Of(string folder, IReadOnlyList<EncodedImage> images, ImageCache cache, Action<int, int>? progress = null)
    {
        var known = cache.Load(folder);
        var stamps = Stamps(images);
        var names = images.Select(image => EncodedImage.NameWithin(folder, image.Name)).ToArray();
        var found = new CheckedImage[images.Count];
        var unknown = new List<int>();
        for (var i = 0; i < images.Count; i++)
        {
            if (known.TryGetValue(names[i], out var before) && before.Stamp == stamps[images[i].Path])
            {
                found[i] = before.Found;
            }
            else
            {
                unknown.Add(i);
            }
        }

        var done = 0;
        InParallel.For(
            unknown.Count,
            at =>
            {
                var image = images[unknown[at]];
                found[unknown[at]] = Check(image, stamps[image.Path]);
                progress?.Invoke(Interlocked.Increment(ref done), unknown.Count);
            }
        );
        if (unknown.Count > 0)
        {
            unknown.ForEach(i => known[names[i]] = (stamps[images[i].Path], found[i]));
            cache.Save(folder, known);
        }

        return found;
    }

    // A pipe or a device has no length, and opening it could wait for ever.
    private static CheckedImage Check(EncodedImage image, FileStamp stamp)
    {
        if (stamp.Length == 0)
        {
            return new("empty file", 0);
        }

        UInt128 content = 0;
        try
        {
            var bytes = image.Read();
            content = BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(bytes));
            return new(Fault: null, content, Pictures.Check(bytes));
        }
        catch (PictureException why)
        {
            return new(why.Message, content);
        }
    }

    private static Dictionary<string, FileStamp> Stamps(IReadOnlyList<EncodedImage> images)
    {
        var paths = images.Select(static image => image.Path).Distinct().ToArray();
        var stamps = new FileStamp[paths.Length];
        InParallel.For(paths.Length, i => stamps[i] = Stamp(paths[i]));
        return Enumerable.Range(0, paths.Length).ToDictionary(i => paths[i], i => stamps[i], StringComparer.Ordinal);
    }

    // Of what a link leads to. Where nothing can be learnt, reading the file says why.
    private static FileStamp Stamp(string path)
    {
        try
        {
            var file = new FileInfo(path);
            var target = file.LinkTarget is null ? file : (FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!;
            return target.Exists ? new(target.Length, target.LastWriteTimeUtc.Ticks) : new(Length: -1, Changed: 0);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            return new(Length: -1, Changed: 0);
        }
    }
}
