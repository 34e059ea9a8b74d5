using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Data;

/// <summary>The result of checking an image file.</summary>
/// <param name="Fault">The reason why the image cannot be used; null if it can.</param>
/// <param name="Content">Hash of the file's bytes; 0 if they could not be read.</param>
/// <param name="Oddity">A remark about an image that can be used although its file is not well-formed; null if there is none.</param>
internal readonly record struct CheckedImage(string? Fault, UInt128 Content, string? Oddity = null);

/// <summary>Size and modification time of a file, by which a change of its content is noticed.</summary>
/// <param name="Length">Size, in bytes.</param>
/// <param name="Changed">Modification time, in ticks.</param>
internal readonly record struct FileStamp(long Length, long Changed);

/// <summary>
/// Stores the results of checking the images of data sets, in a folder of its own, so that the next run only compares sizes and
/// modification times. If the cache cannot be read or written, the images are checked again; there is no error.
/// </summary>
/// <param name="folder">Folder of the cache; null for no cache.</param>
public sealed class ImageCache(string? folder)
{
    private const string Form = "simclr images 2";

    // A file that has just been changed might be changed again with the same modification time, within one tick of the file system's clock.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    /// <summary>No cache: every image is checked each time.</summary>
    internal static ImageCache None { get; } = new(folder: null);

    /// <summary>The cache in the cache folder of the user; none for a user without a home folder.</summary>
    public static ImageCache OfUser() => CacheFolder.OfUser() is { } folder ? new(folder) : None;

    /// <summary>The stored results of a data set, by the name of the image; empty if there are none.</summary>
    internal Dictionary<string, (FileStamp Stamp, CheckedImage Found)> Load(string data)
    {
        try
        {
            return folder is null || !File.Exists(PathOf(data)) ? [] : Parse(File.ReadLines(PathOf(data)));
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            return [];
        }
    }

    /// <summary>Stores results, except those of files that have just been changed.</summary>
    internal void Save(string data, IReadOnlyDictionary<string, (FileStamp Stamp, CheckedImage Found)> found)
    {
        if (folder is null)
        {
            return;
        }

        var settled = (DateTime.UtcNow - Settled).Ticks;
        var text = new StringBuilder($"{Form}\t{Decoders}\n");
        foreach (var (name, (stamp, image)) in found.Where(entry => entry.Value.Stamp.Changed < settled && !entry.Key.Any(char.IsControl)))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{name}\t{stamp.Length}\t{stamp.Changed}\t{image.Content:x}\t{image.Fault}\t{image.Oddity}\n"
            );
        }

        try
        {
            AtomicFile.WriteText(PathOf(data), text.ToString());
        }
        catch (InputException)
        {
            // Without a cache the next run checks the images again.
        }
    }

    // Results are valid for this build only, since another build may be able to decode other images.
    private static string Decoders { get; } = typeof(ImageCache).Module.ModuleVersionId.ToString("N");

    private static string? Filled(string field) => field.Length == 0 ? null : field;

    private string PathOf(string data)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(data)));
        return Path.Combine(folder!, $"images-{Convert.ToHexStringLower(hash.AsSpan(0, 8))}.tsv");
    }

    private static Dictionary<string, (FileStamp, CheckedImage)> Parse(IEnumerable<string> lines)
    {
        var found = new Dictionary<string, (FileStamp, CheckedImage)>(StringComparer.Ordinal);
        string? decoders = null;
        foreach (var line in lines)
        {
            var fields = line.Split('\t');
            if (decoders is null)
            {
                if (fields is not [Form, var of])
                {
                    return found;
                }

                decoders = of;
            }
            else if (
                fields is [var name, var length, var changed, var content, var fault, var oddity]
                && long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
                && long.TryParse(changed, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
                && UInt128.TryParse(content, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hash)
                && (fault.Length == 0 || decoders == Decoders)
            )
            {
                found[name] = (new(bytes, ticks), new(Filled(fault), hash, Filled(oddity)));
            }
        }

        return found;
    }
}
