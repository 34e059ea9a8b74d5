using System.Security.Cryptography;
using System.Text;

namespace SimClrDsl.Reading;

/// <summary>
/// A short name for what a spec says, whatever its file looks like and whatever reasons it gives: runs and checkpoints carry it.
/// </summary>
public static class SpecHash
{
    /// <summary>The first 12 hexadecimal digits of the SHA-256 of the canonical text.</summary>
    public static string Of(Spec spec)
    {
        using var sha = SHA256.Create();
        return string.Concat(
            sha.ComputeHash(Encoding.UTF8.GetBytes(SpecWriter.Write(spec with { Ours = [] }))).Take(6).Select(static value => $"{value:x2}")
        );
    }
}
