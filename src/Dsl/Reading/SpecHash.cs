using System.Security.Cryptography;
using System.Text;
using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>
/// Identifies a spec by its meaning: the hash does not depend on the layout of its file, on which defaults are written out, or on the
/// reasons in <c>ours</c>. The names of run folders contain it, and the spec file that a run writes has the same hash.
/// </summary>
public static class SpecHash
{
    /// <summary>
    /// The first 12 hexadecimal digits of the SHA-256 of the canonical text in which every decided value is written out. The spec must have
    /// passed the rules.
    /// </summary>
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
