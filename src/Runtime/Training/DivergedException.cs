using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Training;

/// <summary>Numbers of a training grew beyond use. As with every bad input, it is for the user to mend: by another learning rate.</summary>
/// <param name="stage">The stage that diverged.</param>
/// <param name="reason">What shows it, and at which step.</param>
public sealed class DivergedException(string stage, string reason)
    : InputException($"{stage}: {reason}: lower the learning rate or lengthen the warm-up.")
{
    /// <summary>What shows it, and where: "the loss is NaN at step 10 of 800".</summary>
    public string What { get; } = reason;
}
