using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>What the steps of all stages have in common, as text.</summary>
internal static class StepParts
{
    /// <summary>Batch, step counts and peak rate, each with what it was derived from.</summary>
    public static IReadOnlyList<string> Constants(int batch, int? microbatch, RatePlan rate) =>
        [
            .. Batch(batch, microbatch),
            Constant("int", "TotalSteps", $"{rate.TotalSteps.Value}", rate.TotalSteps.From),
            Constant("int", "WarmupSteps", $"{rate.WarmupSteps.Value}", rate.WarmupSteps.From),
            Constant("double", "PeakRate", Literal.Of(rate.Peak.Value), rate.Peak.From),
        ];

    /// <summary>Images of a step, and of its parts where it has some.</summary>
    public static IReadOnlyList<string> Batch(int batch, int? microbatch) =>
        [
            Constant("int", "Batch", $"{batch}"),
            .. microbatch is { } images ? [Constant("int", "Microbatch", $"{images}", $"{batch / images} a step")] : Array.Empty<string>(),
        ];

    public static string Constant(string type, string name, string value) => $"public const {type} {name} = {value};";

    /// <summary>How batch norms behave in a step.</summary>
    public static string Phase(Plan plan) => plan.RunningVariance == RunningVariance.Biased ? "Phase.Train" : "Phase.TrainUnbiased";

    /// <summary>The learning rate of a step.</summary>
    public static string Rate(Schedule schedule) =>
        schedule == Schedule.Cosine
            ? "LearningRate.Cosine(step, TotalSteps, WarmupSteps, PeakRate)"
            : "LearningRate.Constant(step, WarmupSteps, PeakRate)";

    /// <summary>The same under a peak that the step is made with; a warm-up of no steps needs no constant.</summary>
    public static string RateFrom(RatePlan rate, string peak)
    {
        var warmup = rate.WarmupSteps.Value > 0 ? "WarmupSteps" : "warmupSteps: 0";
        return rate.Schedule == Schedule.Cosine
            ? $"LearningRate.Cosine(step, TotalSteps, {warmup}, {peak})"
            : $"LearningRate.Constant(step, {warmup}, {peak})";
    }

    // After the operations that a crop's overshoot reaches.
    private const string Clip = ".Clip()";

    /// <summary>What an optimizer does in a step.</summary>
    public static Update Update(OptimizerPlan optimizer) => OptimizerParts.Of(optimizer);

    /// <summary>One operation of an augmentation pipeline.</summary>
    public static string Augment(AugmentOp op) =>
        op.Match(
            crop: static plan => Crop(plan, "key.At(\"crop\")"),
            colour: static plan =>
                $".DistortColour(key.At(\"colour\"), strength: {Literal.Of(plan.Strength)}, probability: {Literal.Of(plan.Probability)}"
                + (plan.Brightness == Brightness.Add ? ", Brightness.Add)" : ")"),
            chance: static plan =>
                $".{plan.Operation}(key.At(\"{plan.Operation.ToString().ToLowerInvariant()}\"), probability: {Literal.Of(plan.Probability)})",
            clip: static _ => Clip,
            autoAugment: static plan => AutoAugment(plan, "key.At(\"auto_augment\")")
        );

    /// <summary>Random crop and flip.</summary>
    public static string Crop(AugmentOp.Crop plan, string key) =>
        $".RandomCrop({key}, side: {plan.Side}, from: {Literal.Of(plan.Area.From)}, to: {Literal.Of(plan.Area.To)}, flip: {Literal.Of(plan.Flip)})";

    /// <summary>The crops of images under these keys, as values.</summary>
    public static IReadOnlyList<string> Crops(Sequence<AugmentOp> ops, params string[] keys) =>
        [
            .. ops.OfType<AugmentOp.Crop>()
                .SelectMany(crop =>
                    keys.Select(key =>
                        $"new RandomCrop({key}, Side: {crop.Side}, From: {Literal.Of(crop.Area.From)}, To: {Literal.Of(crop.Area.To)}, Flip: {Literal.Of(crop.Flip)})"
                    )
                ),
        ];

    /// <summary>The operations of a supervised stage's images, one call each, all under one key.</summary>
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

    /// <summary>Cross-entropy of logits and labels.</summary>
    public static string CrossEntropy(double smoothing) =>
        smoothing == 0
            ? "Classification.CrossEntropy(logits, labels)"
            : $"Classification.CrossEntropy(logits, labels, smoothing: {Literal.Of(smoothing)})";

    private static string AutoAugment(AugmentOp.AutoAugment plan, string key) => $".AutoAugment({key}, AutoAugmentPolicy.{plan.Policy})";

    public static string Constant(string type, string name, string value, string from) => $"{Constant(type, name, value)} // {from}";
}
