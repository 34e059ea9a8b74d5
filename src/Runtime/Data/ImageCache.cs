using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Data;

/// <summary>What the check of an image file found.</summary>
/// <param name="Fault">Why the image cannot be used; null for a good one.</param>
/// <param name="Content">Hash of the file's bytes; 0 where they could not be read.</param>
/// <param name="Oddity">What is odd about a good one, which is used all the same; null for nothing.</param>
internal readonly record struct CheckedImage(string? Fault, UInt128 Content, string? Oddity = null);

/// <summary>A file's size and the time of its last change, by which a change of its content is noticed.</summary>
internal readonly record struct FileStamp(long Length, long Changed);

/// <summary>
/// Remembers what the check of a data set's images found, outside the data set, so that the next run only looks at sizes and times. A cache
/// that cannot be read or written costs time and nothing else.
/// </summary>
/// <param name="folder">Folder of the caches; null for none.</param>
public sealed class ImageCache(string? folder)
{
    private const string Form = "simclr images 2";

    // A file that was just changed may be changed once more within the same tick of the file system's clock.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    /// <summary>No cache: every image is checked each time.</summary>
    internal static ImageCache None { get; } = new(folder: null);

    /// <summary>The user's.</summary>
    public static ImageCache OfUser() => CacheFolder.OfUser() is { } folder ? new(folder) : None;

    /// <summary>What was found in a data set before, by the image's name; empty where nothing is remembered.</summary>
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

    /// <summary>Remembers what was found, but for files that were changed a moment ago.</summary>
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
            // Without a cache the next run checks the images once more.
        }
    }

    // Of this build: what another one found broken may be read by this one.
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
