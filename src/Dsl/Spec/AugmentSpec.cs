namespace SimClrDsl;

/// <summary>SimCLR's augmentation, in this order: crop and resize, flip, colour, grayscale, blur.</summary>
public sealed record AugmentSpec
{
    [Field("Share of the image's area that a crop keeps.", Min = 0, AboveMin = true, Max = 1)]
    public Interval Crop { get; init; } = new(0.08, 1);

    [Field("Probability of a horizontal flip.", Min = 0, Max = 1)]
    public double Flip { get; init; } = 0.5;

    [Field("Colour distortion; none switches it off.")]
    public ColourSpec? Colour { get; init; } = new();

    [Field("Probability of losing colour; no effect on grey images.", Min = 0, Max = 1)]
    public double Grayscale { get; init; } = 0.2;

    [Field("Probability of a Gaussian blur (sigma 0.1 to 2, kernel a tenth of the side).", Min = 0, Max = 1)]
    public double Blur { get; init; } = 0.5;
}

/// <summary>Colour distortion: brightness, contrast, saturation and hue in random order.</summary>
public sealed record ColourSpec
{
    [Field("Strength s: brightness, contrast and saturation by up to 0.8 s, hue by up to 0.2 s.", Min = 0, Max = 1.25)]
    public double Strength { get; init; } = 1;

    [Field("Probability that an image is distorted.", Min = 0, Max = 1)]
    public double Probability { get; init; } = 0.8;
}

/// <summary>Augmentation of the supervised stages: crop and flip only (§3.1).</summary>
public sealed record CropFlipSpec
{
    [Field("Share of the image's area that a crop keeps.", Min = 0, AboveMin = true, Max = 1)]
    public Interval Crop { get; init; } = new(0.08, 1);

    [Field("Probability of a horizontal flip.", Min = 0, Max = 1)]
    public double Flip { get; init; } = 0.5;
}
