using System.Text;

namespace SimClrDsl.Runtime.Files;

/// <summary>
/// Writes files atomically: the content goes to a temporary file beside the target, which is flushed to disk and then renamed. A reader
/// therefore sees either the old file or the complete new one.
/// </summary>
public static class AtomicFile
{
    /// <summary>UTF-8 without a byte order mark.</summary>
    internal static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Creates or replaces the file at <paramref name="path"/>; missing folders on the way are created.</summary>
    /// <param name="path">The target file.</param>
    /// <param name="write">Writes the whole content to the stream it is given.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = path + ".partial";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using (var stream = File.Create(temporary))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            Discard(temporary);
            throw new InputException($"{path} cannot be written: {InputException.Reason(e)}.", e);
        }
    }

    /// <summary>Creates or replaces the text file at <paramref name="path"/>, in UTF-8 without a byte order mark.</summary>
    /// <param name="path">The target file.</param>
    /// <param name="text">The whole content.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Utf8.GetBytes(text)));

    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            // The deletion probably fails for the same reason as the write. The caller reports the first failure.
        }
    }
}
