using SimClrDsl.Specs;

namespace SimClrDsl.Planning.Steps;

/// <summary>A number of images of one size.</summary>
/// <param name="Count">How many.</param>
/// <param name="Channels">Colour channels.</param>
/// <param name="Side">Side in pixels.</param>
public sealed record ImageShape(int Count, int Channels, int Side);

/// <summary>The images of a batch that are meant.</summary>
public enum BatchPart
{
    /// <summary>Those of the whole batch.</summary>
    All,

    /// <summary>The unlabelled ones of a batch that has both.</summary>
    Unlabelled,

    /// <summary>The labelled ones of a batch that has both.</summary>
    Labelled,
}

/// <summary>
/// A tensor that a step makes of its batch before it learns. A closed union: <see cref="Match{T}"/> has one parameter for each case.
/// </summary>
public abstract record StepInput
{
    private StepInput(string name) => Name = name;

    /// <summary>Name of the tensor: <c>views</c>.</summary>
    public string Name { get; }

    /// <summary>Calls the function for the case that this tensor is.</summary>
    public T Match<T>(
        Func<BothViews, T> bothViews,
        Func<View, T> view,
        Func<Augmented, T> augmented,
        Func<Labels, T> labels,
        Func<Features, T> features
    ) =>
        this switch
        {
            BothViews input => bothViews(input),
            View input => view(input),
            Augmented input => augmented(input),
            Labels input => labels(input),
            Features input => features(input),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(StepInput)}."),
        };

    /// <summary>Two random views of every image in one batch, all first ones before all second ones.</summary>
    /// <param name="Images">The images, once.</param>
    /// <param name="Views">The views.</param>
    public sealed record BothViews(ImageShape Images, ImageShape Views) : StepInput("views");

    /// <summary>One of the two random views of every image.</summary>
    /// <param name="Tensor">Name of the tensor.</param>
    /// <param name="Index">0 for the first view, 1 for the second.</param>
    /// <param name="Images">The views.</param>
    public sealed record View(string Tensor, int Index, ImageShape Images) : StepInput(Tensor);

    /// <summary>Images as a stage with labels or a teacher augments them.</summary>
    /// <param name="Tensor">Name of the tensor.</param>
    /// <param name="Of">The images of the batch that are meant.</param>
    /// <param name="KeyIndex">Which of the step's random keys they are augmented with; null for the step's own.</param>
    /// <param name="Operations">The augmentation.</param>
    /// <param name="Images">The augmented images.</param>
    public sealed record Augmented(string Tensor, BatchPart Of, int? KeyIndex, Sequence<AugmentOp> Operations, ImageShape Images)
        : StepInput(Tensor);

    /// <summary>The labels of images.</summary>
    /// <param name="Of">The images of the batch that are meant.</param>
    /// <param name="Count">How many.</param>
    public sealed record Labels(BatchPart Of, int Count) : StepInput("labels");

    /// <summary>Features that were computed before.</summary>
    /// <param name="Count">How many images they are of.</param>
    /// <param name="Width">Features of an image.</param>
    public sealed record Features(int Count, int Width) : StepInput("h");
}

/// <summary>
/// Crops that are made for a step while the one before it runs. A closed union: <see cref="Match{T}"/> has one parameter for each case.
/// </summary>
public abstract record PreparedCrops
{
    private PreparedCrops() { }

    /// <summary>Calls the function for the case that these crops are.</summary>
    public T Match<T>(Func<OfViews, T> ofViews, Func<OfImages, T> ofImages) =>
        this switch
        {
            OfViews crops => ofViews(crops),
            OfImages crops => ofImages(crops),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(PreparedCrops)}."),
        };

    /// <summary>The crops of the two views of every image.</summary>
    /// <param name="Crop">How they are cropped.</param>
    public sealed record OfViews(AugmentOp.Crop Crop) : PreparedCrops;

    /// <summary>One crop of every image.</summary>
    /// <param name="Of">The images of the batch that are meant.</param>
    /// <param name="KeyIndex">Which of the step's random keys they are cropped with; null for the step's own.</param>
    /// <param name="Crop">How they are cropped.</param>
    public sealed record OfImages(BatchPart Of, int? KeyIndex, AugmentOp.Crop Crop) : PreparedCrops;
}
