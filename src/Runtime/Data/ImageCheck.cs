using System.Buffers.Binary;
using System.Security.Cryptography;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Checks every image of a data set before training: whether it can be decoded, and the hash of its bytes. Broken images are thus removed
/// before labelled images are drawn and batches are made, and training never has to replace one image by another.
/// </summary>
internal static class ImageCheck
{
    /// <summary>Checks images in parallel. An image whose file has the size and modification time of a cached result is not read.</summary>
    /// <param name="folder">Folder of the data set.</param>
    /// <param name="images">The images.</param>
    /// <param name="cache">Results of earlier checks.</param>
    /// <param name="progress">Called with the number of images read so far and the number to read, from several threads.</param>
    /// <returns>One result for each image, in order.</returns>
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

    // A pipe or a device has length 0, and opening it might block for ever, so it is not opened.
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

    // The stamp of the file that a link leads to. If it cannot be determined, reading the file will report why.
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
