using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Execution;

/// <summary>Opens the images of an experiment, reports what was left out, and checks the requirements that depend on the data.</summary>
internal static class OpenedData
{
    /// <summary>Opens the images of a plan, and checks that every stage can use them.</summary>
    /// <param name="plan">The plan of the experiment.</param>
    /// <param name="specFolder">Folder of the spec's file, or null.</param>
    /// <param name="progress">Is told how far the images are checked.</param>
    /// <exception cref="InputException">The images are missing or damaged, or do not fit the plan.</exception>
    public static ExperimentData Open(Plan plan, string? specFolder, IRunObserver progress)
    {
        var place = new DataPlace(specFolder, ImageCache.OfUser(), (done, all) => progress.Count("checking images", done, all));
        try
        {
            var data = Datasets
                .Open(plan.Data, Key.FromSeed(plan.Spec.Seed).At("data"), place)
                .Bind(opened => DataRequirements.Checked(plan, opened))
                .OrThrow();
            return data;
        }
        finally
        {
            progress.Clear();
        }
    }

    /// <summary>
    /// Writes the lists of the images that were left out and of the labelled images to the folder of a run. Files of an earlier run that no
    /// longer apply are removed.
    /// </summary>
    /// <exception cref="InputException">A file cannot be written or removed.</exception>
    public static void Describe(Plan plan, ExperimentData data, RunFolder folder)
    {
        folder.WriteOrRemove("left-out.txt", data.Notes.FileText);
        folder.WriteOrRemove("labelled.txt", UsesLabelled(plan) ? Lines(data.LabelledNames) : "");
        folder.WriteOrRemove(
            "labelled-supervised.txt",
            OwnLabels(plan) is { } count ? Lines(data.WithLabels(count).OrThrow().LabelledNames) : ""
        );
    }

    /// <summary>All warnings, including those about labels that the supervised baseline draws for itself.</summary>
    public static IReadOnlyList<string> Lines(Plan plan, ExperimentData data) =>
        [.. (OwnLabels(plan) is { } count ? data.WithLabels(count).OrThrow() : data).Notes.Lines];

    private static bool UsesLabelled(Plan plan) =>
        plan.Finetune is not null || plan.LabelOnly is { OwnLabels: false } || plan.SelfDistill is not null || plan.Distill is not null;

    private static int? OwnLabels(Plan plan) => plan.LabelOnly is { OwnLabels: true, Labels: var count } ? count : null;

    private static string Lines(IReadOnlyList<string> names) => string.Concat(names.Select(static name => $"{OneLine.Of(name)}\n"));
}
