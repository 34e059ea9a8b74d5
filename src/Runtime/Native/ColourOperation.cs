namespace SimClrDsl.Runtime.Native;

/// <summary>What a colour distortion does to an image.</summary>
internal enum ColourOperation : sbyte
{
    /// <summary>In an image's first place: it is not distorted.</summary>
    None = -1,
    Brightness,
    Contrast,
    Saturation,
    Hue,
    AddBrightness,
}
