using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Images;

/// <summary>An image file, or an image within an archive.</summary>
/// <param name="Path">Of the file or archive.</param>
/// <param name="Offset">Where it starts.</param>
/// <param name="Length">Its bytes; null for those of the whole file.</param>
/// <param name="Name">What people call it.</param>
internal sealed record EncodedImage(string Path, long Offset, int? Length, string Name)
{
    /// <summary>Hash of its bytes, where they have been checked; else null.</summary>
    public UInt128? Content { get; init; }

    public static EncodedImage File(string path) => new(path, Offset: 0, Length: null, path);

    /// <summary>A name without the folder of the data set in front of it.</summary>
    public static string NameWithin(string folder, string name) =>
        name.StartsWith(folder, StringComparison.Ordinal) ? name[folder.Length..].TrimStart('/') : name;

    /// <summary>Gives its bytes to a function that decodes them.</summary>
    /// <exception cref="InputException">
    /// They cannot be read or decoded; the images of a data set were all checked before, so this one has changed since.
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

    /// <summary>Its bytes.</summary>
    /// <exception cref="PictureException">They cannot be read.</exception>
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
