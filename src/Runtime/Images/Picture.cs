namespace SimClrDsl.Runtime.Images;

/// <summary>A decoded image.</summary>
/// <param name="Width">Width, in pixels.</param>
/// <param name="Height">Height, in pixels.</param>
/// <param name="Pixels">Red, green and blue of each pixel, row after row: 3 · width · height bytes.</param>
public sealed record Picture(int Width, int Height, byte[] Pixels);

/// <summary>A file is not an image that can be used.</summary>
/// <param name="reason">The reason, as a clause without a full stop.</param>
internal sealed class PictureException(string reason) : Exception(reason);
