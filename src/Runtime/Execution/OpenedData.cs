using LanguageExt;
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
    /// <returns>The images, or that they are missing or damaged, or do not fit the plan.</returns>
    public static Either<InputError, ExperimentData> Open(Plan plan, string? specFolder, IRunObserver progress)
    {
        var place = new DataPlace(specFolder, ImageCache.OfUser(), (done, all) => progress.Count("checking images", done, all));
        try
        {
            return Datasets
                .Open(plan.Data, Key.FromSeed(plan.Spec.Seed).At("data"), place)
                .Bind(data => DataRequirements.Checked(plan, data));
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
    public static void WriteLists(Plan plan, ExperimentData data, RunFolder folder)
    {
        folder.WriteOrRemove("left-out.txt", data.Notes.FileText);
        folder.WriteOrRemove("labelled.txt", UsesLabelled(plan) ? Lines(data.LabelledNames) : "");
        var drawn = LabelOnlyData.IsDrawn(plan);
        folder.WriteOrRemove("labelled-supervised.txt", drawn ? Lines(LabelOnlyData.Of(plan, data).OrThrow().LabelledNames) : "");
    }

    /// <summary>All warnings, including those about labels that the supervised baseline draws for itself.</summary>
    /// <param name="plan">The plan of the experiment.</param>
    /// <param name="data">Its images.</param>
    /// <returns>The warnings, or that fewer images have a label than the baseline draws.</returns>
    public static Either<InputError, IReadOnlyList<string>> Warnings(Plan plan, ExperimentData data) =>
        LabelOnlyData.Of(plan, data).Map(static drawn => drawn.Notes.Lines);

    private static bool UsesLabelled(Plan plan) =>
        plan.Finetune is not null || plan.LabelOnly is { OwnLabels: false } || plan.SelfDistill is not null || plan.Distill is not null;

    private static string Lines(IReadOnlyList<string> names) => string.Concat(names.Select(static name => $"{OneLine.Of(name)}\n"));
}
