namespace SimClrDsl.Runtime.Data;

/// <summary>Recognises gzip files by their first bytes, whatever their names are.</summary>
internal static class Gzip
{
    /// <summary>Whether a file is compressed. It is left at its beginning.</summary>
    public static bool Is(FileStream file)
    {
        var gzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return gzip;
    }
}
