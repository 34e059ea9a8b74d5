using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>
/// One operation of an augmentation pipeline. A closed union: <see cref="Match{T}"/> has one parameter for each case. The planner leaves
/// out operations that have no effect.
/// </summary>
public abstract record AugmentOp
{
    private AugmentOp() { }

    /// <summary>Calls the function for the case that this operation is.</summary>
    public T Match<T>(
        Func<Crop, T> crop,
        Func<Colour, T> colour,
        Func<Chance, T> chance,
        Func<Clip, T> clip,
        Func<AutoAugment, T> autoAugment
    ) =>
        this switch
        {
            Crop operation => crop(operation),
            Colour operation => colour(operation),
            Chance operation => chance(operation),
            Clip operation => clip(operation),
            AutoAugment operation => autoAugment(operation),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(AugmentOp)}."),
        };

    /// <summary>The operations that make one view of pretraining, in the order in which they are applied.</summary>
    internal static Sequence<AugmentOp> ViewOf(AugmentSpec spec, DataPlan data)
    {
        AugmentOp? distortion = spec.Colour is { Strength: > 0, Probability: > 0 } colour
            ? new Colour(colour.Strength, colour.Probability, colour.Brightness)
            : null;
        // An image of one channel is grey already.
        var grayscale = data.Channels == 3 ? spec.Grayscale : 0;
        return new[]
        {
            new Crop(data.Side, spec.Crop, spec.Flip),
            distortion,
            WithProbability(ChanceOperation.Grayscale, grayscale),
            new Clip(),
            WithProbability(ChanceOperation.Equalize, spec.Equalize),
            WithProbability(ChanceOperation.Solarize, spec.Solarize),
            WithProbability(ChanceOperation.Sobel, spec.Sobel),
            WithProbability(ChanceOperation.Blur, spec.Blur),
        }
            .OfType<AugmentOp>()
            .ToSequence();
    }

    /// <summary>
    /// The operations of a stage that learns from labels or from a teacher: crop and flip, and an AutoAugment policy where the spec has
    /// one.
    /// </summary>
    internal static Sequence<AugmentOp> CropOf(CropFlipSpec spec, DataPlan data) =>
        [
            new Crop(data.Side, spec.Crop, spec.Flip),
            new Clip(),
            .. spec.AutoAugment is { } policy ? [new AutoAugment(policy)] : Array.Empty<AugmentOp>(),
        ];

    private static AugmentOp? WithProbability(ChanceOperation operation, double probability) =>
        probability > 0 ? new Chance(operation, probability) : null;

    /// <summary>A random crop, resized to a square and flipped with a probability.</summary>
    /// <param name="Side">Side of the resized crop in pixels.</param>
    /// <param name="Area">Range from which the crop's share of the image's area is drawn.</param>
    /// <param name="Flip">Probability of a horizontal flip.</param>
    public sealed record Crop(int Side, Interval Area, double Flip) : AugmentOp;

    /// <summary>Colour distortion: brightness and contrast, and with three channels saturation and hue, in random order.</summary>
    /// <param name="Strength">Strength s: brightness, contrast and saturation by up to 0.8 s, hue by up to 0.2 s.</param>
    /// <param name="Probability">Probability that an image is distorted.</param>
    /// <param name="Brightness">Whether brightness is multiplied or added.</param>
    public sealed record Colour(double Strength, double Probability, Brightness Brightness) : AugmentOp;

    /// <summary>An operation without settings of its own that is applied to each image with a probability.</summary>
    /// <param name="Operation">The operation.</param>
    /// <param name="Probability">Probability that an image undergoes it.</param>
    public sealed record Chance(ChanceOperation Operation, double Probability) : AugmentOp;

    /// <summary>
    /// Clips pixels to between 0 and 1, because bicubic resizing overshoots. It stands where the reference code clips: operations before it
    /// see the overshoot.
    /// </summary>
    public sealed record Clip : AugmentOp;

    /// <summary>AutoAugment: operations drawn from a learned policy.</summary>
    /// <param name="Policy">The policy.</param>
    public sealed record AutoAugment(AutoAugmentPolicy Policy) : AugmentOp;
}

/// <summary>An operation that is applied with a probability. Its name is that of the function in the runtime.</summary>
public enum ChanceOperation
{
    /// <summary>Conversion to grayscale.</summary>
    Grayscale,

    /// <summary>Histogram equalisation of each channel.</summary>
    Equalize,

    /// <summary>Inversion of pixels brighter than half.</summary>
    Solarize,

    /// <summary>Sobel filter: each channel is replaced by the magnitude of its gradient.</summary>
    Sobel,

    /// <summary>Gaussian blur.</summary>
    Blur,
}
