using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>Code that the steps of all stages but pretraining share.</summary>
internal static class LabelledParts
{
    /// <summary>The expression of a batch's accuracy.</summary>
    public const string Accuracy = "Classification.Accuracy(logits, labels)";

    /// <summary>The expression that the loss function of a stage with labels returns.</summary>
    public const string LossResult = $"new(loss, (next, new(loss.detach(), {Accuracy})))";

    /// <summary>The expressions of the loss's inputs for one microbatch; null where there are no microbatches.</summary>
    public static IReadOnlyList<string>? PartOf(int? microbatch) => microbatch is null ? null : ["part.X", "part.Labels"];

    /// <summary>The crops that are prepared for the next step while one runs; none where all images are decoded in memory.</summary>
    public static IReadOnlyList<(string Part, IReadOnlyList<string> Crops)> PreparedCrops(Plan plan, Sequence<AugmentOp> ops) =>
        plan.Data.StaysEncoded ? [("batch", StepParts.Crops(ops, "key"))] : [];

    public static string Logits(Plan plan, string network) => $"var (logits, next) = {network}.Forward(p, s, x, {StepParts.Phase(plan)});";

    public static Input Labelled(Plan plan, int batch, Sequence<AugmentOp> ops) =>
        new([Images(ops, "batch")], [("x", "x", Shape(plan, batch)), Labels("batch", batch)]);

    public static (string Name, string Value, string Words) Labels(string batch, int count) =>
        ("labels", $"{batch}.Labels", $"int64 [{count}]");

    public static string Shape(Plan plan, int images) => Names.Images(plan.Data.Channels, plan.Data.Side, $"{images}");

    /// <summary>
    /// The statement that augments a batch's images. If it is too long, it is broken at the calls, as the formatter does.
    /// </summary>
    public static Statement Images(Sequence<AugmentOp> ops, string batch, string key = "key", string name = "x")
    {
        var calls = StepParts.Supervised(ops, key);
        string[] lines = [$"{batch}.Images{calls[0]}", .. calls.Skip(1), $".ForNetwork({batch}.Compute);"];
        return new(
            $"var {name} = {string.Concat(lines)}",
            [$"var {name} = batch", $"    {lines[0].Substring("batch".Length)}", .. lines.Skip(1).Select(static line => $"    {line}")]
        );
    }
}
