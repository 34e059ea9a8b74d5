namespace SimClrDsl.Runtime.Files;

/// <summary>The folder for results that are expensive to compute and can be computed again.</summary>
public static class CacheFolder
{
    /// <summary>
    /// The cache folder of the current user: <c>$XDG_CACHE_HOME/simclr</c> if that variable is set, else <c>~/.cache/simclr</c>; null if
    /// the user has no home folder.
    /// </summary>
    public static string? OfUser()
    {
        var home = Environment.GetEnvironmentVariable("HOME");
        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? Path.Combine(cache, "simclr")
            : string.IsNullOrEmpty(home) ? null
            : Path.Combine(home, ".cache", "simclr");
    }

    /// <summary>The text of a file of the user's cache folder; null where there is none or it cannot be read.</summary>
    /// <param name="name">Name of the file.</param>
    internal static string? Read(string name)
    {
        try
        {
            return PathOf(name) is { } path && File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            return null;
        }
    }

    /// <summary>Writes a file of the user's cache folder. Where it cannot be written, the result is computed again next time.</summary>
    /// <param name="name">Name of the file.</param>
    /// <param name="text">Its text.</param>
    internal static void Write(string name, string text)
    {
        try
        {
            if (PathOf(name) is { } path)
            {
                AtomicFile.WriteText(path, text);
            }
        }
        catch (InputException) { }
    }

    private static string? PathOf(string name) => OfUser() is { } folder ? Path.Combine(folder, name) : null;
}
