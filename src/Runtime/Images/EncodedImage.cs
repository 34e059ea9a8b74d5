using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Images;

/// <summary>The location of an encoded image: a file, or a range of bytes of an archive.</summary>
/// <param name="Path">Path of the file or archive.</param>
/// <param name="Offset">First byte of the image.</param>
/// <param name="Length">Number of bytes; null for the whole file.</param>
/// <param name="Name">Name of the image for messages and lists.</param>
internal sealed record EncodedImage(string Path, long Offset, int? Length, string Name)
{
    /// <summary>Hash of the bytes if the image has been checked; else null.</summary>
    public UInt128? Content { get; init; }

    /// <summary>The image of a whole file.</summary>
    public static EncodedImage File(string path) => new(path, Offset: 0, Length: null, path);

    /// <summary>A name relative to the folder of the data set.</summary>
    public static string NameWithin(string folder, string name) =>
        name.StartsWith(folder, StringComparison.Ordinal) ? name[folder.Length..].TrimStart('/') : name;

    /// <summary>Reads the bytes and passes them to a function that decodes them.</summary>
    /// <exception cref="InputException">
    /// The bytes cannot be read or decoded. All images of a data set are checked when it is opened, so this one has changed since.
    /// </exception>
    public void Use(Action<byte[]> decode)
    {
        try
        {
            decode(Read());
        }
        catch (PictureException why)
        {
            throw new InputException(
                $"{Name} cannot be used ({why.Message}): it has changed since the data set was opened; mend it and run again.",
                why
            );
        }
    }

    /// <summary>Reads the encoded bytes.</summary>
    /// <exception cref="PictureException">The bytes cannot be read.</exception>
    public byte[] Read()
    {
        try
        {
            if (Length is not { } length)
            {
                return System.IO.File.ReadAllBytes(Path);
            }

            using var file = System.IO.File.OpenHandle(Path);
            var bytes = new byte[length];
            return RandomAccess.Read(file, bytes, Offset) == length ? bytes : throw new PictureException("archive cut short");
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new PictureException(InputException.Reason(e));
        }
    }
}
