namespace SimClrDsl.Planning;

/// <summary>What a stage's result depends on besides the seed, the precision and the stage it goes on from.</summary>
/// <param name="Images">The images it reads, without what changes nothing of its result.</param>
/// <param name="Settings">The stage's own settings.</param>
/// <param name="Network">The network that it starts from random weights; null where it goes on from another stage's.</param>
internal sealed record StageIdentity(DataPlan Images, object Settings, EncoderPlan? Network = null)
{
    /// <summary>
    /// The images of a stage that learns from the labels of all images, or measures. How many images are labelled for fine-tuning changes
    /// nothing there.
    /// </summary>
    public static DataPlan AllImages(Plan plan) => Of(plan) with { Labels = 0, LabelList = null, LabelSeed = null, OfficialList = null };

    /// <summary>The images of a stage that learns from the labelled images.</summary>
    public static DataPlan LabelledImages(Plan plan) => Drawn(Of(plan));

    /// <summary>The images of a stage that learns from labelled images of its own, which are drawn by the seed.</summary>
    public static DataPlan OwnLabelledImages(Plan plan, int labels) =>
        Drawn(Of(plan) with { Labels = labels, LabelList = null, OfficialList = null });

    // How many damaged images would be put up with changes no result: which ones are there is the data's to say.
    private static DataPlan Of(Plan plan) => plan.Data with { SkipBroken = 0 };

    // A list says which images have labels, and of all there is one choice: then no seed does.
    private static DataPlan Drawn(DataPlan data) =>
        data.LabelList is not null || data.Labels >= data.NotHeldOut ? data with { LabelSeed = null } : data;
}
