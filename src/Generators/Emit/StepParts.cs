using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>Code that the steps of several stages share.</summary>
internal static class StepParts
{
    /// <summary>The constants of batch, step counts and peak rate, each with the formula that gave it.</summary>
    public static IReadOnlyList<string> Constants(int batch, int? microbatch, RatePlan rate) =>
        [
            .. Batch(batch, microbatch),
            Constant("int", "TotalSteps", $"{rate.TotalSteps.Value}", rate.TotalSteps.From),
            Constant("int", "WarmupSteps", $"{rate.WarmupSteps.Value}", rate.WarmupSteps.From),
            Constant("double", "PeakRate", Literal.Of(rate.Peak.Value), rate.Peak.From),
        ];

    /// <summary>The constants of batch and microbatch.</summary>
    public static IReadOnlyList<string> Batch(int batch, int? microbatch) =>
        [
            Constant("int", "Batch", $"{batch}"),
            .. microbatch is { } images ? [Constant("int", "Microbatch", $"{images}", $"{batch / images} a step")] : Array.Empty<string>(),
        ];

    public static string Constant(string type, string name, string value) => $"public const {type} {name} = {value};";

    /// <summary>The phase of a training step, which says how batch norms behave.</summary>
    public static string Phase(Plan plan) => plan.RunningVariance == RunningVariance.Biased ? "Phase.Train" : "Phase.TrainUnbiased";

    /// <summary>The expression of the learning rate in a step.</summary>
    public static string Rate(Schedule schedule) =>
        schedule == Schedule.Cosine
            ? "LearningRate.Cosine(step, TotalSteps, WarmupSteps, PeakRate)"
            : "LearningRate.Constant(step, WarmupSteps, PeakRate)";

    /// <summary>The same expression with a peak that the step is created with. Without a warm-up there is no constant for it.</summary>
    public static string RateFrom(RatePlan rate, string peak)
    {
        var warmup = rate.WarmupSteps.Value > 0 ? "WarmupSteps" : "warmupSteps: 0";
        return rate.Schedule == Schedule.Cosine
            ? $"LearningRate.Cosine(step, TotalSteps, {warmup}, {peak})"
            : $"LearningRate.Constant(step, {warmup}, {peak})";
    }

    // The call that clips pixels; see AugmentOp.Clip.
    private const string Clip = ".Clip()";

    /// <summary>The optimizer's update.</summary>
    public static Update Update(OptimizerPlan optimizer) => OptimizerParts.Of(optimizer);

    /// <summary>The call of one operation of an augmentation pipeline.</summary>
    public static string Augment(AugmentOp op) =>
        op.Match(
            crop: static plan => Crop(plan, "key.At(\"crop\")"),
            colour: static plan =>
                $".DistortColour(key.At(\"colour\"), strength: {Literal.Of(plan.Strength)}, probability: {Literal.Of(plan.Probability)}"
                + (plan.Brightness == Brightness.Add ? ", Brightness.Add)" : ")"),
            chance: static plan =>
                $".{plan.Operation}(key.At(\"{plan.Operation.ToString().ToLowerInvariant()}\"), "
                + $"probability: {Literal.Of(plan.Probability)})",
            clip: static _ => Clip,
            autoAugment: static plan => AutoAugment(plan, "key.At(\"auto_augment\")")
        );

    /// <summary>The call of random crop and flip.</summary>
    public static string Crop(AugmentOp.Crop plan, string key) =>
        $".RandomCrop({key}, side: {plan.Side}, from: {Literal.Of(plan.Area.From)}, to: {Literal.Of(plan.Area.To)}, "
        + $"flip: {Literal.Of(plan.Flip)})";

    /// <summary>Expressions of the crops with these random keys.</summary>
    public static IReadOnlyList<string> Crops(Sequence<AugmentOp> ops, params string[] keys) =>
        [
            .. ops.OfType<AugmentOp.Crop>()
                .SelectMany(crop =>
                    keys.Select(key =>
                        $"new RandomCrop({key}, Side: {crop.Side}, From: {Literal.Of(crop.Area.From)}, To: {Literal.Of(crop.Area.To)}, "
                        + $"Flip: {Literal.Of(crop.Flip)})"
                    )
                ),
        ];

    /// <summary>The calls of the operations of a stage other than pretraining, all with the same random key.</summary>
    public static IReadOnlyList<string> Supervised(Sequence<AugmentOp> ops, string key) =>
        [
            .. ops.Select(op =>
                op.Match(
                    crop: plan => Crop(plan, key),
                    colour: static _ => throw new ArgumentException("Supervised stages do not distort colours."),
                    chance: static _ => throw new ArgumentException("Supervised stages do not distort images."),
                    clip: static _ => Clip,
                    autoAugment: plan => AutoAugment(plan, key)
                )
            ),
        ];

    /// <summary>The expression of the cross-entropy of logits and labels.</summary>
    public static string CrossEntropy(double smoothing) =>
        smoothing == 0
            ? "Classification.CrossEntropy(logits, labels)"
            : $"Classification.CrossEntropy(logits, labels, smoothing: {Literal.Of(smoothing)})";

    private static string AutoAugment(AugmentOp.AutoAugment plan, string key) => $".AutoAugment({key}, AutoAugmentPolicy.{plan.Policy})";

    public static string Constant(string type, string name, string value, string from) => $"{Constant(type, name, value)} // {from}";
}
