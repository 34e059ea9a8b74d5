namespace SimClrDsl.Runtime.Native;

/// <summary>The operations of a colour distortion, with the numbers that the native kernels use.</summary>
internal enum ColourOperation : sbyte
{
    /// <summary>As the first operation of an image: the image is not distorted.</summary>
    None = -1,
    Brightness,
    Contrast,
    Saturation,
    Hue,
    AddBrightness,
}
