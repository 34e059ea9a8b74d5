using System.Security.Cryptography;
using System.Text;

namespace SimClrDsl.Runtime.Runs;

/// <summary>
/// What a stage is computed from: a finished stage, or the checkpoint of an unfinished one, stands for another run's stage only where all
/// of it agrees.
/// </summary>
/// <param name="Stage">Its name.</param>
/// <param name="Hash">Hash of its plan and of what it goes on from.</param>
/// <param name="Data">Digests of the images and labels that it uses, by names for people (<see cref="StageDigests"/>).</param>
/// <param name="Code">Digest of the program that computes it; empty where nobody asks.</param>
internal sealed record StageIdentity(string Stage, string Hash, IReadOnlyDictionary<string, string> Data, string Code)
{
    private const int DigestBytes = 4;

    /// <summary>Eight hexadecimal digits that stand for all of it.</summary>
    internal string Digest()
    {
        var data = string.Concat(Data.OrderBy(static part => part.Key, StringComparer.Ordinal).Select(static part => $"{part}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Stage}\n{Hash}\n{Code}\n{data}")).AsSpan(0, DigestBytes));
    }

    /// <summary>How an earlier stage of the same plan differs: "the labelled images changed since". Null where it does not.</summary>
    /// <param name="data">Digests of what the earlier one was made from; null where they were not kept.</param>
    /// <param name="code">Digest of the program that computed it; null where it was not kept.</param>
    internal string? Difference(IReadOnlyDictionary<string, string>? data, string? code) =>
        data is null ? "the data it was made from are not known"
        // An imported network was made elsewhere, from data and by a program that nobody here has.
        : data.Count == 0 ? null
        : StageDigests.Changed(data, Data) is { Count: > 0 } changed ? $"{string.Join(" and ", changed)} changed since"
        : code is null ? "the version of the program that computed it is not known"
        : code != Code ? "the program that computed it has changed since"
        : null;
}
