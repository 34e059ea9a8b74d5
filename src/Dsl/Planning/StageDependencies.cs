namespace SimClrDsl.Planning;

/// <summary>What a stage's result depends on, besides the seed, the precision and the stage that it starts from.</summary>
/// <param name="Images">The images that it reads; fields that make no difference to its result have a fixed value.</param>
/// <param name="Settings">The stage's own settings.</param>
/// <param name="Network">The network, if the stage initialises it at random; null if it starts from another stage's network.</param>
internal sealed record StageDependencies(DataPlan Images, object Settings, EncoderPlan? Network = null)
{
    /// <summary>
    /// The images of a stage that uses the labels of all images or of none. Which images are labelled for fine-tuning makes no difference
    /// to it.
    /// </summary>
    public static DataPlan AllImages(Plan plan) => Of(plan) with { Labels = 0, LabelList = null, LabelSeed = null, OfficialList = null };

    /// <summary>The images of a stage that learns from the labelled images.</summary>
    public static DataPlan LabelledImages(Plan plan) => Drawn(Of(plan));

    /// <summary>The images of a stage that learns from labelled images of its own, which the seed draws.</summary>
    public static DataPlan OwnLabelledImages(Plan plan, int labels) =>
        Drawn(Of(plan) with { Labels = labels, LabelList = null, OfficialList = null });

    // The number of damaged images that are tolerated makes no difference to a result: which images are damaged depends on the files alone.
    private static DataPlan Of(Plan plan) => plan.Data with { SkipBroken = 0 };

    // The seed of labels makes no difference if a list names the labelled images, or if all images are labelled.
    private static DataPlan Drawn(DataPlan data) =>
        data.LabelList is not null || data.Labels >= data.NotHeldOut ? data with { LabelSeed = null } : data;
}
