using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>What the steps have in common that learn from labels or from a teacher, as text.</summary>
internal static class LabelledParts
{
    public const string Accuracy = "Classification.Accuracy(logits, labels)";

    /// <summary>What the loss function of one network and one batch of images and labels returns.</summary>
    public const string LossResult = $"new(loss, (next, new(loss.detach(), {Accuracy})))";

    /// <summary>The loss's inputs, made of a part of what was read.</summary>
    public static IReadOnlyList<string>? PartOf(int? microbatch) => microbatch is null ? null : ["part.X", "part.Labels"];

    /// <summary>The crops that a step asks of its batch; none where images lie decoded in memory.</summary>
    public static IReadOnlyList<(string Part, IReadOnlyList<string> Crops)> Prepared(Plan plan, Sequence<AugmentOp> ops) =>
        plan.Data.StaysEncoded ? [("batch", StepParts.Crops(ops, "key"))] : [];

    public static string Logits(Plan plan, string network) => $"var (logits, next) = {network}.Forward(p, s, x, {StepParts.Phase(plan)});";

    public static Input Labelled(Plan plan, int batch, Sequence<AugmentOp> ops) =>
        new([Images(ops, "batch")], [("x", "x", Shape(plan, batch)), Labels("batch", batch)]);

    public static (string Name, string Value, string Words) Labels(string batch, int count) =>
        ("labels", $"{batch}.Labels", $"int64 [{count}]");

    public static string Shape(Plan plan, int images) => Names.Images(plan.Data.Channels, plan.Data.Side, $"{images}");

    // Broken, if it must be, at the calls, as the formatter does: "batch", then ".Labelled.Images.RandomCrop(...)".
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
