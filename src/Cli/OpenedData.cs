using SimClrDsl.Planning;
using SimClrDsl.Runtime;

namespace SimClrDsl.Cli;

/// <summary>Opens the images of an experiment for a person: says what was left out, and checks what only the data can tell.</summary>
internal static class OpenedData
{
    /// <summary>The images of a plan, which fit each of its stages.</summary>
    /// <param name="plan">Of the experiment.</param>
    /// <param name="specFolder">Folder of the spec's file, or null.</param>
    /// <param name="progress">Shows how far a long check of images is.</param>
    /// <exception cref="InputException">They are missing or damaged, or do not fit the plan.</exception>
    public static ExperimentData Open(Plan plan, string? specFolder, Progress progress)
    {
        var place = new DataPlace(specFolder, ImageCache.OfUser(), (done, all) => progress.Count("checking images", done, all));
        try
        {
            var data = Datasets.Open(plan.Data, Key.FromSeed(plan.Spec.Seed).At("data"), place);
            DataRequirements.Check(plan, data);
            return data;
        }
        finally
        {
            progress.Clear();
        }
    }

    /// <summary>Writes beside a run which images it left out and which labelled ones it chose; files of an earlier run go.</summary>
    /// <exception cref="InputException">A file cannot be written or removed.</exception>
    public static void Describe(Plan plan, ExperimentData data, RunFolder folder)
    {
        folder.WriteOrRemove("left-out.txt", data.Notes.FileText);
        folder.WriteOrRemove("labelled.txt", UsesLabelled(plan) ? Lines(data.LabelledNames) : "");
        folder.WriteOrRemove("labelled-supervised.txt", OwnLabels(plan) is { } count ? Lines(data.WithLabels(count).LabelledNames) : "");
    }

    /// <summary>Every line that a person must know, with those of labels that the baseline draws for itself.</summary>
    public static IReadOnlyList<string> Lines(Plan plan, ExperimentData data) =>
        [.. (OwnLabels(plan) is { } count ? data.WithLabels(count) : data).Notes.Lines];

    private static bool UsesLabelled(Plan plan) =>
        plan.Finetune is not null || plan.LabelOnly is { OwnLabels: false } || plan.SelfDistill is not null || plan.Distill is not null;

    private static int? OwnLabels(Plan plan) => plan.LabelOnly is { OwnLabels: true, Labels: var count } ? count : null;

    private static string Lines(IReadOnlyList<string> names) => string.Concat(names.Select(static name => $"{OneLine.Of(name)}\n"));
}
