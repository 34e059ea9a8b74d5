using System.Runtime.InteropServices;

namespace SimClrDsl.Native;

/// <summary>JPEG files, a region at a time.</summary>
public static class SystemJpeg
{
    private const int NotHere = -2;

    /// <summary>
    /// Decodes a region, in pixels of the scaled image, into <paramref name="pixels"/>: red, green and blue of the whole scaled image, of which
    /// only the region is sure to be written.
    /// </summary>
    /// <param name="eighths">The scale, in eighths.</param>
    /// <returns>False where this build has no decoder for the file.</returns>
    /// <exception cref="ExternalException">The file is damaged.</exception>
    public static unsafe bool Region(ReadOnlySpan<byte> file, int eighths, int top, int left, int height, int width, Span<byte> pixels)
    {
        fixed (
            byte* from = file,
                to = pixels
        )
        {
            var result = LibTorch.simclr_jpeg_region(from, file.Length, eighths, top, left, height, width, to);
            return result is 0 or NotHere ? result == 0 : throw new ExternalException(LibTorch.Text(LibTorch.simclr_jpeg_error()));
        }
    }
}
