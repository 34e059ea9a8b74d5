using System.Security.Cryptography;
using System.Text;

namespace SimClrDsl.Runtime.Weights;

/// <summary>
/// The SHA-256 of a whole safetensors file, which the file itself carries as the first text of its metadata. It is computed with zeros in
/// its own place. A flipped bit, which leaves a well-formed file with other weights, is found by it and by nothing else.
/// </summary>
internal sealed class SafeTensorsChecksum : IDisposable
{
    /// <summary>Its name among the metadata.</summary>
    internal const string Key = "sha256";

    /// <summary>What stands in its place while it is computed.</summary>
    internal static readonly string Zeros = new('0', SHA256.HashSizeInBytes * 2);

    private static readonly byte[] Before = Encoding.ASCII.GetBytes($"{{\"{SafeTensorsHeader.MetadataKey}\":{{\"{Key}\":\"");

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly string? expected;

    private SafeTensorsChecksum(string? expected) => this.expected = expected;

    /// <summary>Where the digits stand in the JSON of a header.</summary>
    internal static int Offset => Before.Length;

    /// <summary>The checksum of a file that is being written.</summary>
    internal static SafeTensorsChecksum OfNewFile() => new(expected: null);

    /// <summary>
    /// The checksum of a file whose header has been read: it knows what the file claims. Null where the header carries none. Replaces the
    /// digits by zeros.
    /// </summary>
    internal static SafeTensorsChecksum? Of(ReadOnlySpan<byte> length, byte[] json)
    {
        if (json.Length < Offset + Zeros.Length || !json.AsSpan(0, Offset).SequenceEqual(Before))
        {
            return null;
        }

        var digits = json.AsSpan(Offset, Zeros.Length);
        var checksum = new SafeTensorsChecksum(Encoding.ASCII.GetString(digits));
        digits.Fill((byte)'0');
        checksum.Add(length);
        checksum.Add(json);
        return checksum;
    }

    /// <summary>Takes in the next bytes of the file.</summary>
    internal void Add(ReadOnlySpan<byte> bytes) => hash.AppendData(bytes);

    /// <summary>The 64 hexadecimal digits of all bytes taken in.</summary>
    internal string Digits() => Convert.ToHexStringLower(hash.GetCurrentHash());

    /// <summary>Whether all bytes taken in are those that were written.</summary>
    internal bool Agrees() => Digits() == expected;

    public void Dispose() => hash.Dispose();
}
