using System.Buffers.Binary;
using System.Numerics;

namespace SimClrDsl.Runtime.Weights.TensorFlow;

/// <summary>
/// The checksum of TensorFlow's files: CRC-32C (Castagnoli), masked as LevelDB does, because the CRC of data that contains its own CRC is
/// weak.
/// </summary>
internal static class Crc32C
{
    private const uint MaskDelta = 0xa282ead8;

    internal static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }
}
