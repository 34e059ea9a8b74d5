using SimClrDsl.Planning;

namespace SimClrDsl.Generators.Emit;

/// <summary>The code of an optimizer's update in a step.</summary>
/// <param name="Gradients">Line that changes the gradients before they are used; null for none.</param>
/// <param name="Open">The call that computes the next parameters and velocity, up to its arguments.</param>
/// <param name="Arguments">The arguments of the call.</param>
/// <param name="Carried">State of the optimizer besides the velocity.</param>
/// <param name="After">Lines after the call.</param>
internal sealed record Update(
    string? Gradients,
    string Open,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<Carried> Carried,
    IReadOnlyList<string> After
);

/// <summary>Code of optimizers.</summary>
internal static class OptimizerParts
{
    /// <summary>The property of averaged weights. A step that has them is evaluated with them.</summary>
    public const string AverageName = "Average";

    /// <summary>The update of a plan's optimizer.</summary>
    public static Update Of(OptimizerPlan optimizer)
    {
        var gradients = optimizer.Clip is null ? "gradients" : "clipped";
        string[] updated = ["p", gradients, "velocity"];
        var (call, arguments) = optimizer.Match<(string, IReadOnlyList<string>)>(
            lars: plan =>
                (
                    "var (pNext, velocityNext) = Lars.Update(",
                    [
                        .. updated,
                        "rate",
                        $"momentum: {Literal.Of(plan.Momentum)}",
                        $"trust: {Literal.Of(plan.Trust)}",
                        $"weightDecay: {Literal.Of(plan.WeightDecay)}",
                        .. plan.Nesterov ? ["MomentumForm.Nesterov"] : None,
                        .. plan.Unadapted == 1 ? None : [$"unadapted: {Literal.Of(plan.Unadapted)}"],
                    ]
                ),
            sgd: plan =>
                (
                    "var (pNext, velocityNext) = Sgd.Update(",
                    [
                        .. updated,
                        "rate",
                        $"momentum: {Literal.Of(plan.Momentum)}",
                        $"MomentumForm.{(plan.Nesterov ? "Nesterov" : "Classic")}",
                        $"weightDecay: {Literal.Of(plan.WeightDecay)}",
                    ]
                ),
            adam: plan =>
                (
                    "var (pNext, velocityNext, squaresNext) = Adam.Update(",
                    [
                        .. updated,
                        "squares",
                        "rate",
                        "step",
                        $"beta1: {Literal.Of(plan.Beta1)}",
                        $"beta2: {Literal.Of(plan.Beta2)}",
                        $"epsilon: {Literal.Of(plan.Epsilon)}",
                        $"weightDecay: {Literal.Of(plan.WeightDecay)}",
                        .. plan.Decoupled ? ["DecayForm.Decoupled"] : None,
                    ]
                )
        );
        return new(
            optimizer.Clip is { } clip ? $"var clipped = GlobalNorm.Clip(gradients, limit: {Literal.Of(clip)});" : null,
            call,
            arguments,
            [.. optimizer is OptimizerPlan.Adam ? [Squares] : Nothing, .. optimizer.Average is null ? Nothing : [Average]],
            optimizer.Average is { } decay ? [$"var averageNext = MovingAverage.Update(average, pNext, decay: {Literal.Of(decay)});"] : []
        );
    }

    /// <summary>The update of the online classifier, whose only optimizer state is the velocity.</summary>
    public static (string Open, IReadOnlyList<string> Arguments) OfOnline(OptimizerPlan optimizer)
    {
        var update = Of(optimizer);
        return (
            update.Open.Replace("pNext, velocityNext", "classifier, classifierVelocity"),
            ["online.Params", "onlineGradients", "online.Velocity", .. update.Arguments.Skip(3)]
        );
    }

    /// <summary>Whether the optimizer has other state than the velocity.</summary>
    public static bool Carries(OptimizerPlan optimizer) => optimizer is OptimizerPlan.Adam || optimizer.Average is not null;

    private static Carried Squares { get; } = new(Carried.Parameters, "Squares", "p.ZerosLike()", "squaresNext");

    private static Carried Average { get; } = new(Carried.Parameters, AverageName, "p.Clone()", "averageNext");

    private static Carried[] Nothing => [];

    private static string[] None => [];
}
