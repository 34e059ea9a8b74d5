using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>Augmentation as code.</summary>
internal static class AugmentCode
{
    /// <summary>The calls of the operations of a view, each with a random key of its own.</summary>
    public static IReadOnlyList<string> View(Sequence<AugmentOp> operations) => Calls(operations, static name => $"key.At(\"{name}\")");

    /// <summary>The calls of the operations of a stage with labels or a teacher, all with the same random key.</summary>
    public static IReadOnlyList<string> OneKey(Sequence<AugmentOp> operations, string key) => Calls(operations, _ => key);

    /// <summary>The expression of a crop that is prepared.</summary>
    public static string Prepared(AugmentOp.Crop crop, string key) =>
        $"new RandomCrop({key}, Side: {crop.Side}, From: {Literal.Of(crop.Area.From)}, To: {Literal.Of(crop.Area.To)}, "
        + $"Flip: {Literal.Of(crop.Flip)})";

    private static IReadOnlyList<string> Calls(Sequence<AugmentOp> operations, Func<string, string> key) =>
        [
            .. operations.Select(operation =>
                operation.Match(
                    crop: plan =>
                        $".RandomCrop({key("crop")}, side: {plan.Side}, from: {Literal.Of(plan.Area.From)}, to: {Literal.Of(plan.Area.To)}, "
                        + $"flip: {Literal.Of(plan.Flip)})",
                    colour: plan =>
                        $".DistortColour({key("colour")}, strength: {Literal.Of(plan.Strength)}, probability: {Literal.Of(plan.Probability)}"
                        + (plan.Brightness == Brightness.Add ? ", Brightness.Add)" : ")"),
                    chance: plan =>
                        $".{plan.Operation}({key(plan.Operation.ToString().ToLowerInvariant())}, probability: {Literal.Of(plan.Probability)})",
                    clip: static _ => ".Clip()",
                    autoAugment: plan => $".AutoAugment({key("auto_augment")}, AutoAugmentPolicy.{plan.Policy})"
                )
            ),
        ];
}
