namespace SimClrDsl.Planning;

/// <summary>One operation of an augmentation pipeline. A closed union; the planner leaves out what has no effect.</summary>
public abstract record AugmentOp
{
    private AugmentOp() { }

    public abstract T Match<T>(Func<Crop, T> crop, Func<Colour, T> colour, Func<Grayscale, T> grayscale, Func<Blur, T> blur);

    /// <summary>Random crop of a share of the area, resized to the side, flipped with a probability.</summary>
    public sealed record Crop(int Side, Interval Area, double Flip) : AugmentOp
    {
        public override T Match<T>(Func<Crop, T> crop, Func<Colour, T> colour, Func<Grayscale, T> grayscale, Func<Blur, T> blur) =>
            crop(this);
    }

    /// <summary>Brightness and contrast, and with three channels saturation and hue, in random order.</summary>
    public sealed record Colour(double Strength, double Probability) : AugmentOp
    {
        public override T Match<T>(Func<Crop, T> crop, Func<Colour, T> colour, Func<Grayscale, T> grayscale, Func<Blur, T> blur) =>
            colour(this);
    }

    /// <summary>Loss of colour.</summary>
    public sealed record Grayscale(double Probability) : AugmentOp
    {
        public override T Match<T>(Func<Crop, T> crop, Func<Colour, T> colour, Func<Grayscale, T> grayscale, Func<Blur, T> blur) =>
            grayscale(this);
    }

    /// <summary>Gaussian blur.</summary>
    public sealed record Blur(double Probability) : AugmentOp
    {
        public override T Match<T>(Func<Crop, T> crop, Func<Colour, T> colour, Func<Grayscale, T> grayscale, Func<Blur, T> blur) =>
            blur(this);
    }
}
