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
}
