using SimClrDsl.Planning;

namespace SimClrDsl.Generators.Emit;

/// <summary>The update of an optimizer as code.</summary>
internal static class OptimizerCode
{
    /// <summary>The update of the network.</summary>
    public static Statement Update(OptimizerPlan optimizer, string gradients) =>
        optimizer.Match(
            lars: plan => Lars(plan, "pNext, velocityNext", ["p", gradients, "velocity"]),
            sgd: plan => Sgd(plan, "pNext, velocityNext", ["p", gradients, "velocity"]),
            adam: plan =>
                Statement.Call(
                    "var (pNext, velocityNext, squaresNext) = Adam.Update(",
                    [
                        "p",
                        gradients,
                        "velocity",
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

    /// <summary>The update of the online classifier.</summary>
    public static Statement OnlineUpdate(OptimizerPlan optimizer)
    {
        string[] updated = ["online.Params", "onlineGradients", "online.Velocity"];
        return optimizer.Match(
            lars: plan => Lars(plan, "classifier, classifierVelocity", updated),
            sgd: plan => Sgd(plan, "classifier, classifierVelocity", updated),
            adam: static _ => throw new ArgumentException("An online classifier carries momentum alone, so the rules refuse Adam.")
        );
    }

    private static Statement Lars(OptimizerPlan.Lars plan, string results, string[] updated) =>
        Statement.Call(
            $"var ({results}) = Lars.Update(",
            [
                .. updated,
                "rate",
                $"momentum: {Literal.Of(plan.Momentum)}",
                $"trust: {Literal.Of(plan.Trust)}",
                $"weightDecay: {Literal.Of(plan.WeightDecay)}",
                .. plan.Nesterov ? ["MomentumForm.Nesterov"] : None,
                .. plan.Unadapted == 1 ? None : [$"unadapted: {Literal.Of(plan.Unadapted)}"],
            ]
        );

    private static Statement Sgd(OptimizerPlan.Sgd plan, string results, string[] updated) =>
        Statement.Call(
            $"var ({results}) = Sgd.Update(",
            [
                .. updated,
                "rate",
                $"momentum: {Literal.Of(plan.Momentum)}",
                $"MomentumForm.{(plan.Nesterov ? "Nesterov" : "Classic")}",
                $"weightDecay: {Literal.Of(plan.WeightDecay)}",
            ]
        );

    private static string[] None => [];
}
