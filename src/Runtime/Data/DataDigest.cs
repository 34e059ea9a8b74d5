using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace SimClrDsl.Runtime.Data;

/// <summary>Hashes images and labels (the first 64 bits of SHA-256), so that a change of the data is noticed.</summary>
internal sealed class DataDigest : IDisposable
{
    private const int Bytes = 8;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private DataDigest() { }

    /// <summary>The hash of images without their labels: 16 hexadecimal digits.</summary>
    public static string OfImages(ImageSet images) => Of(images.AddContent);

    /// <summary>The hash of images with their labels: 16 hexadecimal digits.</summary>
    public static string OfLabelled(ImageSet images) =>
        Of(digest =>
        {
            images.AddContent(digest);
            digest.Add(MemoryMarshal.AsBytes(images.Classes().AsSpan()));
        });

    /// <summary>The hash of a sequence of texts: 16 hexadecimal digits.</summary>
    public static string OfTexts(IEnumerable<string> texts) =>
        Of(digest =>
        {
            foreach (var text in texts)
            {
                digest.Add(text);
            }
        });

    public void Dispose() => hash.Dispose();

    internal void Add(ReadOnlySpan<byte> bytes) => hash.AppendData(bytes);

    internal void Add(string text)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        hash.AppendData([0]);
    }

    private static string Of(Action<DataDigest> add)
    {
        using var digest = new DataDigest();
        add(digest);
        return Convert.ToHexStringLower(digest.hash.GetHashAndReset().AsSpan(0, Bytes));
    }
}
