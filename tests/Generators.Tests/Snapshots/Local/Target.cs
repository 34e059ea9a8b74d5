namespace VerifyTests;

/// <summary>A text to be compared with the one that was accepted.</summary>
internal sealed class Target(string extension, string data, string? name = null)
{
    public string Extension => extension;

    public string Text => data;

    public string? Name => name;
}
