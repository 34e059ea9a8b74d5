using System.Text;

namespace SimClrDsl.Runtime.Files;

/// <summary>Files that are either whole or not there: written under another name beside the target, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>UTF-8 without a byte order mark.</summary>
    internal static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Replaces the file at <paramref name="path"/> by what <paramref name="write"/> writes.</summary>
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

    /// <summary>Replaces the file at <paramref name="path"/> by a text.</summary>
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
            // What stopped the writing also stops the deletion; the first failure is the one worth telling.
        }
    }
}
