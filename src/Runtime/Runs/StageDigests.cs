using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Runs;

/// <summary>
/// What each stage of a plan is made from besides its settings: the images and labels that it uses, and the stage that it goes on from. With
/// the hash of its plan this is the identity of a finished stage: it is taken over only where all of it agrees.
/// </summary>
public static class StageDigests
{
    /// <summary>For each stage of a plan, by its name: the digest of each part, by a name for people.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Of(Plan plan, ExperimentData data)
    {
        var digests = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        var unlabelled = Part("unlabelled images", () => DataDigest.OfImages(data.Unlabelled));
        var bank = Part("unlabelled images and their labels", () => DataDigest.OfLabelled(data.Bank));
        var labelled = Part("labelled images", () => DataDigest.OfLabelled(data.Labelled));
        var test = Part("test images", () => DataDigest.OfLabelled(data.Test));

        void Add(string stage, object? settings, params Lazy<KeyValuePair<string, string>>[] parts)
        {
            if (settings is not null)
            {
                var from =
                    StageNames.Before(stage, digests.Keys) is { } before && digests.TryGetValue(before, out var made)
                        ? [new($"stage '{before}'", Identity(made))]
                        : Array.Empty<KeyValuePair<string, string>>();
                digests[stage] = new SortedDictionary<string, string>(
                    parts.Select(static part => part.Value).Concat(from).ToDictionary(),
                    StringComparer.Ordinal
                );
            }
        }

        Lazy<KeyValuePair<string, string>>[] Taught(DistillPlan? stage) =>
            stage is null ? []
            : stage.Images == DistillImages.Labelled ? [labelled, test]
            : stage.LabelBatch > 0 ? [unlabelled, labelled, test]
            : [unlabelled, test];

        Add(StageNames.Pretrain, plan.Pretrain, plan.Pretrain?.OnlineLayer is null ? [unlabelled] : [bank, test]);
        Add(StageNames.Knn, plan.Knn, bank, test);
        Add(StageNames.Linear, plan.Linear, bank, test);
        Add(StageNames.Supervised, plan.LabelOnly, OfLabelOnly(plan, data, labelled), test);
        Add(StageNames.Finetune, plan.Finetune, labelled, test);
        Add(StageNames.SelfDistill, plan.SelfDistill, Taught(plan.SelfDistill));
        Add(StageNames.Distill, plan.Distill, Taught(plan.Distill));
        return digests;
    }

    /// <summary>The parts that differ between what a finished stage was made from and what it would be made from now.</summary>
    public static IReadOnlyList<string> Changed(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now) =>
        [.. now.Where(part => before.GetValueOrDefault(part.Key) != part.Value).Select(static part => part.Key)];

    private static Lazy<KeyValuePair<string, string>> OfLabelOnly(
        Plan plan,
        ExperimentData data,
        Lazy<KeyValuePair<string, string>> labelled
    ) =>
        plan.LabelOnly is { OwnLabels: true, Labels: var count }
            ? Part("labelled images", () => DataDigest.OfLabelled(data.WithLabels(count).Labelled))
            : labelled;

    private static Lazy<KeyValuePair<string, string>> Part(string name, Func<string> digest) => new(() => new(name, digest()));

    private static string Identity(IReadOnlyDictionary<string, string> parts) =>
        DataDigest.OfTexts(parts.SelectMany(static part => new[] { part.Key, part.Value }));
}
