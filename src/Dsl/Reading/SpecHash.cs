using System.Security.Cryptography;
using System.Text;
using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>
/// A short name for what a spec means, whatever its file looks like and leaves to the planner, and whatever reasons it gives: runs carry it.
/// The file that a run leaves behind has the same one.
/// </summary>
public static class SpecHash
{
    /// <summary>The first 12 hexadecimal digits of the SHA-256 of the canonical text with all decisions written out. The spec must be a valid one.</summary>
    public static string Of(Spec spec)
    {
        using var sha = SHA256.Create();
        return string.Concat(
            sha.ComputeHash(Encoding.UTF8.GetBytes(SpecWriter.Write(DecidedSpec.Of(Plan.Of(spec with { Ours = [] })))))
                .Take(6)
                .Select(static value => $"{value:x2}")
        );
    }
}
