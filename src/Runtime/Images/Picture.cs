namespace SimClrDsl.Runtime.Images;

/// <summary>A decoded image.</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Pixels">Red, green and blue of each pixel, row after row: 3 · width · height bytes.</param>
public sealed record Picture(int Width, int Height, byte[] Pixels);

/// <summary>Why a file is no image that can be used.</summary>
internal sealed class PictureException(string reason) : Exception(reason);
