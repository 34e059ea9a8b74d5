using System.Security.Cryptography;
using System.Text;
using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>
/// Names stages by what they compute: the hash of the stage's plan, of the images and the network it works on, and of the stage it goes
/// on from. Two experiments whose stages have one hash would train the same network; it is trained once.
/// </summary>
public static class StageHashes
{
    // Counts the changes of what the same plan computes, so that a stage finished by an earlier version is not taken for one of this: in the
    // second, classifiers from scratch start as normal numbers.
    private const int Generation = 2;

    /// <summary>The hash of each stage of a plan, by the stage's name: 16 hexadecimal digits.</summary>
    public static IReadOnlyDictionary<string, string> Of(Plan plan)
    {
        var hashes = new Dictionary<string, string>();
        var (seed, precision) = (plan.Spec.Seed, plan.Spec.Precision);

        // How many damaged images would be put up with changes no result: which ones are there is the data's to say.
        var data = plan.Data with
        {
            SkipBroken = 0,
        };
        // What learns without labels does not depend on how many there are, and what measures nothing neither on the test images nor on how
        // many images have a label, unless a classifier is trained beside it.
        var measured = data with
        {
            Labels = 0,
            LabelList = null,
            LabelSeed = null,
            OfficialList = null,
        };
        var images = plan.Pretrain?.OnlineLayer is null
            ? measured with
            {
                TestImages = 0,
                TrainLabels = null,
                On = EvaluateOn.Test,
            }
            : measured with
            {
                TestImages = 0,
            };
        var labelled = Drawn(data);

        void Add(string stage, object? settings, object data, string? from = null, object? network = null)
        {
            if (settings is not null)
            {
                var after = from is not null && hashes.TryGetValue(from, out var hash) ? hash : "";
                hashes[stage] = Hash(
                    $"{Generation}|{stage}|{seed}|{precision}|{plan.RunningVariance}|{after}|{PlanText.Of(network)}|{PlanText.Of(data)}|{PlanText.Of(settings)}"
                );
            }
        }

        Add("pretrain", plan.Pretrain, images, network: plan.Encoder);
        Add("knn", plan.Knn, measured, from: "pretrain");
        Add("linear", plan.Linear, measured, from: "pretrain");
        Add("supervised", Supervised(plan), SupervisedImages(plan, data), network: plan.Encoder);
        Add("finetune", plan.Finetune, labelled, from: "pretrain");
        Add("self_distill", plan.SelfDistill, labelled, from: "finetune");
        Add("distill", plan.Distill, labelled, from: plan.SelfDistill is null ? "finetune" : "self_distill");
        return hashes;
    }

    // So many labels are drawn alike for this stage and for the others; only those of a list are not.
    private static LabelOnlyPlan? Supervised(Plan plan) =>
        plan.LabelOnly is { } stage
            ? stage with
            {
                OwnLabels = stage.OwnLabels || plan.Data is { LabelList: null, OfficialList: null },
            }
            : null;

    // Labels of its own are drawn, whatever those of the other stages are.
    private static DataPlan SupervisedImages(Plan plan, DataPlan data) =>
        Drawn(
            plan.LabelOnly is { OwnLabels: true, Labels: var labels }
                ? data with
                {
                    Labels = labels,
                    LabelList = null,
                    OfficialList = null,
                }
                : data
        );

    // A list says which images have labels, and of all there is one choice: then no seed does.
    private static DataPlan Drawn(DataPlan data) =>
        data.LabelList is not null || data.Labels >= data.NotHeldOut ? data with { LabelSeed = null } : data;

    private static string Hash(string text)
    {
        using var sha = SHA256.Create();
        return string.Concat(sha.ComputeHash(Encoding.UTF8.GetBytes(text)).Take(8).Select(static value => $"{value:x2}"));
    }
}
