using SimClrDsl.Runtime.Images;

namespace SimClrDsl.Runtime.Stages;

/// <summary>A step that was taken again.</summary>
/// <param name="Step">The step, counted from 1.</param>
/// <param name="Total">Steps of the stage.</param>
/// <param name="After">The step after which it was begun: that of a checkpoint, or 0 for the beginning of the stage.</param>
/// <param name="Loss">The loss of the step.</param>
/// <param name="Accuracy">The accuracy of the step, 0 … 1.</param>
/// <param name="Rate">The learning rate of the step.</param>
public sealed record ReplayedStep(int Step, int Total, int After, double Loss, double Accuracy, double Rate)
{
    /// <summary>
    /// Mean loss since the point of the curves before, as metrics.jsonl has it; null if the curves have no point at this step.
    /// </summary>
    public double? PointLoss { get; init; }

    /// <summary>The first number that is not finite, of all steps that were taken; null if there is none.</summary>
    public NonFinite? Fault { get; init; }

    /// <summary>The images that the step saw; null if it saw features.</summary>
    public SeenImages? Images { get; init; }
}

/// <summary>The images of a step.</summary>
/// <param name="Sheet">The images as one picture, the views of an image beside each other.</param>
/// <param name="Shown">Number of images on it.</param>
/// <param name="All">Number of images of the step.</param>
public sealed record SeenImages(Picture Sheet, int Shown, int All);

/// <summary>Where a number that is not finite was first seen.</summary>
/// <param name="Step">The step, counted from 1.</param>
/// <param name="Where">The part of the step: images, forward pass, loss, gradient or update.</param>
/// <param name="Name">Name of the part of the network; empty for images and loss.</param>
/// <param name="Value">The number.</param>
public sealed record NonFinite(int Step, string Where, string Name, string Value);
