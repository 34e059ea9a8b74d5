using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>One operation of an augmentation pipeline. A closed union; the planner leaves out what has no effect.</summary>
public abstract record AugmentOp
{
    private AugmentOp() { }

    public abstract T Match<T>(
        Func<Crop, T> crop,
        Func<Colour, T> colour,
        Func<Chance, T> chance,
        Func<Clip, T> clip,
        Func<AutoAugment, T> autoAugment
    );

    /// <summary>The operations that make a view of pretraining, in order.</summary>
    internal static Sequence<AugmentOp> ViewOf(AugmentSpec spec, DataPlan data)
    {
        AugmentOp? distortion = spec.Colour is { Strength: > 0, Probability: > 0 } colour
            ? new Colour(colour.Strength, colour.Probability, colour.Brightness)
            : null;
        // A grey image has no colour to lose.
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

    /// <summary>The operations of a stage that learns from labels or from a teacher: crop and flip, and a learned policy where it has one.</summary>
    internal static Sequence<AugmentOp> CropOf(CropFlipSpec spec, DataPlan data) =>
        [
            new Crop(data.Side, spec.Crop, spec.Flip),
            new Clip(),
            .. spec.AutoAugment is { } policy ? [new AutoAugment(policy)] : Array.Empty<AugmentOp>(),
        ];

    private static AugmentOp? WithProbability(ChanceOperation operation, double probability) =>
        probability > 0 ? new Chance(operation, probability) : null;

    /// <summary>Random crop of a share of the area, resized to the side, flipped with a probability.</summary>
    public sealed record Crop(int Side, Interval Area, double Flip) : AugmentOp
    {
        public override T Match<T>(
            Func<Crop, T> crop,
            Func<Colour, T> colour,
            Func<Chance, T> chance,
            Func<Clip, T> clip,
            Func<AutoAugment, T> autoAugment
        ) => crop(this);
    }

    /// <summary>Brightness and contrast, and with three channels saturation and hue, in random order.</summary>
    public sealed record Colour(double Strength, double Probability, Brightness Brightness) : AugmentOp
    {
        public override T Match<T>(
            Func<Crop, T> crop,
            Func<Colour, T> colour,
            Func<Chance, T> chance,
            Func<Clip, T> clip,
            Func<AutoAugment, T> autoAugment
        ) => colour(this);
    }

    /// <summary>An operation without settings that each image undergoes with a probability.</summary>
    public sealed record Chance(ChanceOperation Operation, double Probability) : AugmentOp
    {
        public override T Match<T>(
            Func<Crop, T> crop,
            Func<Colour, T> colour,
            Func<Chance, T> chance,
            Func<Clip, T> clip,
            Func<AutoAugment, T> autoAugment
        ) => chance(this);
    }

    /// <summary>Pixels cut off at 0 and 1, after the last operation that the reference gives a crop's overshoot to.</summary>
    public sealed record Clip : AugmentOp
    {
        public override T Match<T>(
            Func<Crop, T> crop,
            Func<Colour, T> colour,
            Func<Chance, T> chance,
            Func<Clip, T> clip,
            Func<AutoAugment, T> autoAugment
        ) => clip(this);
    }

    /// <summary>A learned policy.</summary>
    public sealed record AutoAugment(AutoAugmentPolicy Policy) : AugmentOp
    {
        public override T Match<T>(
            Func<Crop, T> crop,
            Func<Colour, T> colour,
            Func<Chance, T> chance,
            Func<Clip, T> clip,
            Func<AutoAugment, T> autoAugment
        ) => autoAugment(this);
    }
}

/// <summary>What an image undergoes with a probability, by the name of the operation in the runtime.</summary>
public enum ChanceOperation
{
    /// <summary>Loss of colour.</summary>
    Grayscale,

    /// <summary>Histogram equalisation of each channel.</summary>
    Equalize,

    /// <summary>Inversion of bright pixels.</summary>
    Solarize,

    /// <summary>Edges in place of the image.</summary>
    Sobel,

    /// <summary>Gaussian blur.</summary>
    Blur,
}
