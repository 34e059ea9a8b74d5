namespace SimClrDsl.Runtime;

/// <summary>An image file, or an image within an archive.</summary>
/// <param name="Path">Of the file or archive.</param>
/// <param name="Offset">Where it starts.</param>
/// <param name="Length">Its bytes; null for those of the whole file.</param>
/// <param name="Name">What people call it.</param>
public sealed record EncodedImage(string Path, long Offset, int? Length, string Name)
{
    public static EncodedImage File(string path) => new(path, Offset: 0, Length: null, path);

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
