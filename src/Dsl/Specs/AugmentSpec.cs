namespace SimClrDsl.Specs;

/// <summary>SimCLR's augmentation, in this order: crop and resize, flip, colour, grayscale, equalize, solarize, Sobel, blur.</summary>
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

    [Field("Probability of equalising the histogram of each channel, one of the broader colour operators (App. G).", Min = 0, Max = 1)]
    public double Equalize { get; init; }

    [Field("Probability of inverting what is brighter than half, one of the broader colour operators (App. G).", Min = 0, Max = 1)]
    public double Solarize { get; init; }

    [Field("Probability of a Sobel filter: the size of each channel's gradient in place of the image (App. G).", Min = 0, Max = 1)]
    public double Sobel { get; init; }

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

    [Field("Whether brightness multiplies the pixels or, as in SimCLR's first version, is added to them.")]
    public Brightness Brightness { get; init; } = Brightness.Multiply;
}

/// <summary>How brightness changes.</summary>
public enum Brightness
{
    /// <summary>Times a factor within 1 ± 0.8 s: SimCLRv2's.</summary>
    Multiply,

    /// <summary>Plus a number within ± 0.8 s: SimCLR's first version.</summary>
    Add,
}

/// <summary>A policy of AutoAugment (Cubuk et al. 2019), learned on the data set it is named after.</summary>
public enum AutoAugmentPolicy
{
    /// <summary>ImageNet's 25 sub-policies.</summary>
    Imagenet,

    /// <summary>CIFAR-10's 25 sub-policies.</summary>
    Cifar10,
}

/// <summary>Augmentation of the supervised stages: crop and flip only (§3.1), and AutoAugment for the baselines of Figure 4.</summary>
public sealed record CropFlipSpec
{
    [Field("Share of the image's area that a crop keeps.", Min = 0, AboveMin = true, Max = 1)]
    public Interval Crop { get; init; } = new(0.08, 1);

    [Field("Probability of a horizontal flip.", Min = 0, Max = 1)]
    public double Flip { get; init; } = 0.5;

    [Field("AutoAugment's policy, after crop and flip; left out, none.")]
    public AutoAugmentPolicy? AutoAugment { get; init; }
}
