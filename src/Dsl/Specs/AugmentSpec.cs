namespace SimClrDsl.Specs;

/// <summary>SimCLR's augmentation, in this order: crop and resize, flip, colour, grayscale, equalize, solarize, Sobel, blur.</summary>
public sealed record AugmentSpec
{
    /// <summary>Share of the image's area that a random crop keeps, drawn from this range.</summary>
    [Field("Share of the image's area that a random crop keeps, drawn from this range.", Min = 0, AboveMin = true, Max = 1)]
    public Interval Crop { get; init; } = new(0.08, 1);

    /// <summary>Probability of a horizontal flip.</summary>
    [Field("Probability of a horizontal flip.", Min = 0, Max = 1)]
    public double Flip { get; init; } = 0.5;

    /// <summary>Colour distortion; none switches it off.</summary>
    [Field("Colour distortion; none switches it off.")]
    public ColourSpec? Colour { get; init; } = new();

    /// <summary>Probability of conversion to grayscale; no effect on grey images.</summary>
    [Field("Probability of conversion to grayscale; no effect on grey images.", Min = 0, Max = 1)]
    public double Grayscale { get; init; } = 0.2;

    /// <summary>Probability of equalising the histogram of each channel, one of the broader colour operators (App. G).</summary>
    [Field("Probability of equalising the histogram of each channel, one of the broader colour operators (App. G).", Min = 0, Max = 1)]
    public double Equalize { get; init; }

    /// <summary>
    /// Probability of solarization, which inverts pixels brighter than half; one of the broader colour operators (App. G).
    /// </summary>
    [Field(
        "Probability of solarization, which inverts pixels brighter than half; one of the broader colour operators (App. G).",
        Min = 0,
        Max = 1
    )]
    public double Solarize { get; init; }

    /// <summary>Probability of a Sobel filter, which replaces each channel by the magnitude of its gradient (App. G).</summary>
    [Field("Probability of a Sobel filter, which replaces each channel by the magnitude of its gradient (App. G).", Min = 0, Max = 1)]
    public double Sobel { get; init; }

    /// <summary>Probability of a Gaussian blur (sigma 0.1 to 2, kernel a tenth of the side).</summary>
    [Field("Probability of a Gaussian blur (sigma 0.1 to 2, kernel a tenth of the side).", Min = 0, Max = 1)]
    public double Blur { get; init; } = 0.5;
}

/// <summary>Colour distortion: brightness, contrast, saturation and hue in random order.</summary>
public sealed record ColourSpec
{
    /// <summary>Strength s: brightness, contrast and saturation by up to 0.8 s, hue by up to 0.2 s.</summary>
    [Field("Strength s: brightness, contrast and saturation by up to 0.8 s, hue by up to 0.2 s.", Min = 0, Max = 1.25)]
    public double Strength { get; init; } = 1;

    /// <summary>Probability that an image is distorted.</summary>
    [Field("Probability that an image is distorted.", Min = 0, Max = 1)]
    public double Probability { get; init; } = 0.8;

    /// <summary>Whether brightness multiplies the pixels or, as in SimCLR's first version, is added to them.</summary>
    [Field("Whether brightness multiplies the pixels or, as in SimCLR's first version, is added to them.")]
    public Brightness Brightness { get; init; } = Brightness.Multiply;
}

/// <summary>How colour distortion of strength s changes brightness.</summary>
public enum Brightness
{
    /// <summary>Pixels are multiplied by a factor within 1 ± 0.8 s, as in SimCLRv2.</summary>
    Multiply,

    /// <summary>A number within ± 0.8 s is added to the pixels, as in SimCLR's first version.</summary>
    Add,
}

/// <summary>A policy of AutoAugment (Cubuk et al. 2019), learned on the data set it is named after.</summary>
public enum AutoAugmentPolicy
{
    /// <summary>The 25 sub-policies learned on ImageNet.</summary>
    Imagenet,

    /// <summary>The 25 sub-policies learned on CIFAR-10.</summary>
    Cifar10,
}

/// <summary>
/// Augmentation of the stages after pretraining: crop and flip only (§3.1), and AutoAugment for the baselines of Figure 4.
/// </summary>
public sealed record CropFlipSpec
{
    /// <summary>Share of the image's area that a random crop keeps, drawn from this range.</summary>
    [Field("Share of the image's area that a random crop keeps, drawn from this range.", Min = 0, AboveMin = true, Max = 1)]
    public Interval Crop { get; init; } = new(0.08, 1);

    /// <summary>Probability of a horizontal flip.</summary>
    [Field("Probability of a horizontal flip.", Min = 0, Max = 1)]
    public double Flip { get; init; } = 0.5;

    /// <summary>AutoAugment policy that is applied after crop and flip; left out, none.</summary>
    [Field("AutoAugment policy that is applied after crop and flip; left out, none.")]
    public AutoAugmentPolicy? AutoAugment { get; init; }
}
