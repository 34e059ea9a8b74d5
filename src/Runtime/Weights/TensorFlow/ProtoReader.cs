using System.Buffers.Binary;

namespace SimClrDsl.Runtime.Weights.TensorFlow;

/// <summary>Reads the fields of a protocol buffer message one after the other. Callers ignore fields that they do not know.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    private ReadOnlySpan<byte> rest = message;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>The value of the current field, if it is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>The value of the current field, if it is a text or an embedded message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Moves to the next field; false at the end of the message.</summary>
    /// <exception cref="FormatException">The bytes are not a protocol buffer message.</exception>
    public bool Next()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        var tag = ReadVarint(ref rest);
        Field = (int)(tag >> 3);
        Number = 0;
        Bytes = default;
        switch ((int)(tag & 7))
        {
            case Varint:
                Number = ReadVarint(ref rest);
                break;
            case Fixed64:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));
                break;
            case Delimited:
                Bytes = Take(ReadVarint(ref rest));
                break;
            case Fixed32:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));
                break;
            default:
                throw new FormatException("a field of no known kind");
        }

        return true;
    }

    /// <summary>Reads a varint: seven bits per byte, least significant first.</summary>
    /// <exception cref="FormatException">The number has no end.</exception>
    public static ulong ReadVarint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }

        throw new FormatException("a number has no end");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)rest.Length)
        {
            throw new FormatException("a field that is cut short");
        }

        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }
}
