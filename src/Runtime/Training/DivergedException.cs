using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Training;

/// <summary>A training whose numbers grew beyond use. The person's to mend, as every bad input: by another learning rate.</summary>
/// <param name="stage">The stage that diverged.</param>
/// <param name="reason">What shows it, and at which step.</param>
public sealed class DivergedException(string stage, string reason)
    : InputException($"{stage}: {reason}: lower the learning rate or lengthen the warm-up.")
{
    /// <summary>What shows it, and where: "the loss is NaN at step 10 of 800".</summary>
    public string What { get; } = reason;
}
