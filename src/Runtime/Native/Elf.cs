using System.Buffers.Binary;
using System.Text;

namespace SimClrDsl.Runtime.Native;

/// <summary>A section of an ELF file.</summary>
/// <param name="Type">Its type (sh_type).</param>
/// <param name="Offset">Where it starts in the file.</param>
/// <param name="Size">Number of bytes.</param>
/// <param name="Link">Index of the section with the names of its entries.</param>
internal readonly record struct ElfSection(uint Type, int Offset, int Size, int Link);

/// <summary>Reads 64-bit little-endian ELF libraries of up to 2 GiB.</summary>
internal static class Elf
{
    private const int HeaderSize = 64; // of a section
    private const uint SymbolTable = 2; // SHT_SYMTAB
    private const int SymbolSize = 24;

    /// <summary>All sections of a library; none if the bytes are not such a library.</summary>
    public static List<ElfSection> Sections(ReadOnlySpan<byte> library)
    {
        var found = new List<ElfSection>();
        if (library.Length <= 0x40 || library is not [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, ..])
        {
            return found;
        }

        var (start, count) = (UInt64(library, 0x28), UInt16(library, 0x3c));
        for (var section = 0; section < count; section++)
        {
            var header = library.Slice(start + (section * HeaderSize), HeaderSize);
            found.Add(
                new(
                    BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
                    Offset: UInt64(header, 0x18),
                    Size: UInt64(header, 0x20),
                    Link: UInt32(header, 0x28)
                )
            );
        }

        return found;
    }

    /// <summary>
    /// The value of a symbol in the library's table of all symbols, those that it does not export among them: its address relative to where
    /// the library is loaded. Null if there is no such symbol, as in a library without that table.
    /// </summary>
    public static long? ValueOf(ReadOnlySpan<byte> library, string name)
    {
        var sections = Sections(library);
        foreach (var table in sections.Where(static section => section.Type == SymbolTable))
        {
            var names = library.Slice(sections[table.Link].Offset, sections[table.Link].Size);
            var at = names.IndexOf(Encoding.ASCII.GetBytes($"\0{name}\0"));
            for (var entry = table.Offset; at >= 0 && entry < table.Offset + table.Size; entry += SymbolSize)
            {
                if (UInt32(library, entry) == at + 1)
                {
                    return BinaryPrimitives.ReadInt64LittleEndian(library[(entry + 8)..]);
                }
            }
        }

        return null;
    }

    /// <summary>The text that starts at an offset and ends with a zero byte.</summary>
    public static string Text(ReadOnlySpan<byte> library, int at)
    {
        var text = library[at..];
        return Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]);
    }

    /// <summary>A number of 16 bits.</summary>
    public static ushort UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    /// <summary>A number of 32 bits that fits into an int.</summary>
    public static int UInt32(ReadOnlySpan<byte> bytes, int at) => checked((int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]));

    /// <summary>A number of 64 bits that fits into an int.</summary>
    public static int UInt64(ReadOnlySpan<byte> bytes, int at) => checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]));
}
