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

/// <summary>Contrastive pretraining, decided.</summary>
public sealed record PretrainPlan(
    HeadPlan Head,
    int Epochs,
    int Batch,
    double Temperature,
    Sequence<AugmentOp> View,
    OptimizerPlan Optimizer,
    RatePlan Rate
);

/// <summary>k-nearest-neighbour evaluation, decided.</summary>
public sealed record KnnPlan(int K, double Temperature);

/// <summary>Linear evaluation, decided.</summary>
/// <param name="Augment">Crop and flip, or nothing: then each image's features are computed once.</param>
public sealed record LinearPlan(int Epochs, int Batch, AugmentOp.Crop? Augment, OptimizerPlan Optimizer, RatePlan Rate);

/// <summary>The label-only baseline, decided: Nesterov SGD, each rate from scratch, the best evaluation of all.</summary>
public sealed record LabelOnlyPlan(
    int Batch,
    int Steps,
    Sequence<double> Rates,
    int EvaluateEvery,
    AugmentOp.Crop Augment,
    OptimizerPlan Optimizer
);

/// <summary>Fine-tuning, decided.</summary>
/// <param name="FromHeadLayer">Head layer the classifier sits on; 0 is the encoder's output.</param>
public sealed record FinetunePlan(int FromHeadLayer, int Epochs, int Batch, AugmentOp.Crop Augment, OptimizerPlan Optimizer, RatePlan Rate);

/// <summary>Distillation, decided.</summary>
/// <param name="LabelBatch">Labelled images a step for Eq. 3's label term; 0 where alpha is 1.</param>
public sealed record DistillPlan(
    EncoderPlan Student,
    double Temperature,
    double Alpha,
    int Epochs,
    int Batch,
    int LabelBatch,
    AugmentOp.Crop Augment,
    OptimizerPlan Optimizer,
    RatePlan Rate
);
