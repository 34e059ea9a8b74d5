using System.Buffers.Binary;

namespace SimClrDsl.Runtime.Native;

/// <summary>
/// The symbol versions that a 64-bit little-endian ELF library requires of other libraries (section <c>.gnu.version_r</c>; see "Symbol
/// Versioning" in the Linux Standard Base). The dynamic loader refuses a library if a required version is missing, unless the entry is
/// marked as weak.
/// </summary>
internal static class ElfVersionNeeds
{
    private const uint VersionNeedSection = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort Weak = 0x2; // VER_FLG_WEAK

    /// <summary>Whether the library has a requirement, not marked as weak, for a version such as <c>GLIBCXX_3.4.32</c>.</summary>
    public static bool Requires(ReadOnlySpan<byte> library, string version) => FlagsOf(library, version).Count > 0;

    /// <summary>
    /// A copy of the library that also loads if the version is missing: each requirement of that version is marked as weak, and nothing
    /// else changes.
    /// </summary>
    public static byte[] WithWeak(ReadOnlySpan<byte> library, string version)
    {
        var copy = library.ToArray();
        foreach (var at in FlagsOf(library, version))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(copy.AsSpan(at), (ushort)(Elf.UInt16(copy, at) | Weak));
        }

        return copy;
    }

    // Offsets of the flags (vna_flags) of all entries that require the version and are not yet marked as weak.
    private static List<int> FlagsOf(ReadOnlySpan<byte> library, string version)
    {
        var found = new List<int>();
        var sections = Elf.Sections(library);
        foreach (var section in sections.Where(static section => section.Type == VersionNeedSection))
        {
            AddFlags(library, section.Offset, names: sections[section.Link].Offset, version, found);
        }

        return found;
    }

    // A linked list with one entry (Verneed) for each required library, each with a linked list of versions (Vernaux).
    private static void AddFlags(ReadOnlySpan<byte> library, int start, int names, string version, List<int> found)
    {
        for (var (need, more) = (start, true); more; )
        {
            var versions = Elf.UInt16(library, need + 2);
            var entry = need + Elf.UInt32(library, need + 8);
            for (var i = 0; i < versions; i++)
            {
                if (Elf.Text(library, names + Elf.UInt32(library, entry + 8)) == version && (Elf.UInt16(library, entry + 4) & Weak) == 0)
                {
                    found.Add(entry + 4);
                }

                entry += Elf.UInt32(library, entry + 12);
            }

            var next = Elf.UInt32(library, need + 12);
            (need, more) = (need + next, next != 0);
        }
    }
}
