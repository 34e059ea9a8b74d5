namespace SimClrDsl.Runtime.Files;

/// <summary>Where this program keeps what it would have to find out again.</summary>
public static class CacheFolder
{
    /// <summary>The user's: <c>$XDG_CACHE_HOME/simclr</c>, or <c>~/.cache/simclr</c>; null for a user without a home.</summary>
    public static string? OfUser()
    {
        var home = Environment.GetEnvironmentVariable("HOME");
        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? Path.Combine(cache, "simclr")
            : string.IsNullOrEmpty(home) ? null
            : Path.Combine(home, ".cache", "simclr");
    }
}
