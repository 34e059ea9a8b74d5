using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Runs;

/// <summary>
/// What each stage of a plan is made from besides its settings: the images and labels that it uses, and the stage that it goes on from.
/// With the hash of its plan this is the identity of a finished stage: it is taken over only where all of it agrees.
/// </summary>
internal static class StageDigests
{
    /// <summary>For each stage of a plan, by its name: the digest of each part, by a name for people.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="data">Its images.</param>
    /// <returns>The digests, or that fewer images have a label than the label-only baseline draws.</returns>
    public static Either<InputError, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> Of(Plan plan, ExperimentData data) =>
        LabelOnlyData.Of(plan, data).Map(labelOnly => Of(plan, data, labelOnly));

    private static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Of(
        Plan plan,
        ExperimentData data,
        ExperimentData labelOnlyData
    )
    {
        var unlabelled = Part("unlabelled images", () => DataDigest.OfImages(data.Unlabelled));
        var bank = Part("unlabelled images and their labels", () => DataDigest.OfLabelled(data.Bank));
        var labelled = Part("labelled images", () => DataDigest.OfLabelled(data.Labelled));
        var ownLabelled = LabelOnlyData.IsDrawn(plan)
            ? Part("labelled images", () => DataDigest.OfLabelled(labelOnlyData.Labelled))
            : labelled;
        var test = Part("test images", () => DataDigest.OfLabelled(data.Test));
        // A network that classifies is saved with them.
        var names = Part("names of the classes", () => DataDigest.OfTexts(data.ClassNames));
        // The baseline's rate and step are chosen on them.
        Lazy<KeyValuePair<string, string>>[] validation = data.Validation is { } held
            ? [Part("validation images", () => DataDigest.OfLabelled(held))]
            : [];
        var digests = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        foreach (var stage in plan.Stages)
        {
            var parts = stage.Match(
                pretrain: pretrain => pretrain.OnlineLayer is null ? [unlabelled] : [bank, test],
                knn: _ => [bank, test],
                linear: _ => [bank, test],
                labelOnly: _ => [ownLabelled, .. validation, test],
                finetune: _ => [labelled, test, names],
                selfDistill: self => Taught(self.Teaching),
                distill: Taught
            );
            var from =
                stage.StartsFrom(plan) is { } before && digests.TryGetValue(before, out var made)
                    ? [new($"stage '{before}'", Identity(made))]
                    : Array.Empty<KeyValuePair<string, string>>();
            digests[stage.Name] = new SortedDictionary<string, string>(
                parts.Select(static part => part.Value).Concat(from).ToDictionary(),
                StringComparer.Ordinal
            );
        }

        return digests;

        Lazy<KeyValuePair<string, string>>[] Taught(DistillPlan stage) =>
            stage.Images == DistillImages.Labelled ? [labelled, test, names]
            : stage.LabelBatch > 0 ? [unlabelled, labelled, test, names]
            : [unlabelled, test, names];
    }

    /// <summary>The parts that differ between what a finished stage was made from and what it would be made from now.</summary>
    public static IReadOnlyList<string> Changed(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now) =>
        [.. now.Where(part => before.GetValueOrDefault(part.Key) != part.Value).Select(static part => part.Key)];

    private static Lazy<KeyValuePair<string, string>> Part(string name, Func<string> digest) => new(() => new(name, digest()));

    private static string Identity(IReadOnlyDictionary<string, string> parts) =>
        DataDigest.OfTexts(parts.SelectMany(static part => new[] { part.Key, part.Value }));
}
