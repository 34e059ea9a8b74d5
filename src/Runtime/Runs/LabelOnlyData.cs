using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Runs;

/// <summary>The images of the label-only baseline, which may have other labelled images than the stages that fine-tune.</summary>
internal static class LabelOnlyData
{
    /// <summary>The images of a plan with the labelled images of its label-only baseline.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="data">The images of the plan.</param>
    /// <returns>
    /// The images, which are <paramref name="data"/> where the baseline draws no labels of its own; or that fewer images have a label.
    /// </returns>
    public static Either<InputError, ExperimentData> Of(Plan plan, ExperimentData data) =>
        IsDrawn(plan) ? data.WithLabels(plan.LabelOnly!.Labels) : data;

    /// <summary>Whether the baseline of a plan draws labelled images for itself.</summary>
    /// <param name="plan">The plan.</param>
    public static bool IsDrawn(Plan plan) => plan.LabelOnly is { OwnLabels: true };
}
