using System.Security.Cryptography;
using System.Text;
using SimClrDsl.Planning;

namespace SimClrDsl.Reading;

/// <summary>
<<<<<<< HEAD
/// A short name for what a spec says, whatever its file looks like and whatever reasons it gives: runs and checkpoints carry it.
=======
/// A short name for what a spec means, whatever its file looks like and leaves to the planner: runs carry it. The file that a run leaves
/// behind has the same one.
>>>>>>> ded60f0 (Specs: every error that can be known is shown at once; settings mean the same to every command; decisions are written out; each key shown to concern its stages; counts without overflow)
/// </summary>
public static class SpecHash
{
    /// <summary>The first 12 hexadecimal digits of the SHA-256 of the canonical text with all decisions written out. The spec must be a valid one.</summary>
    public static string Of(Spec spec)
    {
        using var sha = SHA256.Create();
        return string.Concat(
<<<<<<< HEAD
            sha.ComputeHash(Encoding.UTF8.GetBytes(SpecWriter.Write(spec with { Ours = [] }))).Take(6).Select(static value => $"{value:x2}")
=======
            sha.ComputeHash(Encoding.UTF8.GetBytes(SpecWriter.Write(DecidedSpec.Of(Plan.Of(spec)))))
                .Take(6)
                .Select(static value => $"{value:x2}")
>>>>>>> ded60f0 (Specs: every error that can be known is shown at once; settings mean the same to every command; decisions are written out; each key shown to concern its stages; counts without overflow)
        );
    }
}
