using SimClrDsl.Planning.Steps;

namespace SimClrDsl.Generators.Emit;

/// <summary>Passes through a network as code: one template for each.</summary>
internal static class PassCode
{
    public static IReadOnlyList<Statement> Of(NetworkPass pass, StepCode step) =>
        Statement.Lines(
            pass.Match(
                projections: plan => $"var (z, next) = {step.Network}.Forward(p, s, views, {step.Phase}); // [{plan.Rows}, {plan.Width}]",
                encoder: plan => NetworkModules.Encoded("Encoder", plan.Output, "views", step.Phase, $"[{plan.Rows}, {plan.Width}]"),
                headLayer: plan => Layer(plan.Layer, "p.Head", "s.Head", step.Phase, $"[{plan.Rows}, {plan.Layer.Width}]"),
                nextStatistics: plan => $"var next = new {step.State}({Statistics(plan.HeadLayers)});",
                features: plan => $"var features = {plan.Of}.detach();",
                logits: _ => $"var (logits, next) = {step.Network}.Forward(p, s, x, {step.Phase});",
                logitsOverFrozen: static _ => "var (logits, next) = Forward(p, s, x);",
                logitsOfBoth: both =>
                    $"""
                        var (both, next) = {step.Network}.Forward(p, s, cat([x, labelled]), {step.Phase});
                        var logits = both.narrow(0, 0, x.size(0)); // [{both.Rows}, classes]
                        var labelLogits = both.narrow(0, x.size(0), labelled.size(0)); // [{both.LabelRows}, classes]
                        """,
                classifier: plan => $"var logits = Dense.Forward(p, h); // [{plan.Rows}, {plan.Classes}]"
            )
        );

    /// <summary>The pass of a layer of the head.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="p">Expression of the head's parameters.</param>
    /// <param name="s">Expression of the head's statistics.</param>
    /// <param name="phase">The phase.</param>
    /// <param name="shape">Shape of the output.</param>
    /// <param name="next">Name of the next statistics; null for the usual one.</param>
    public static string Layer(LayerPlan layer, string p, string s, string phase, string shape, string? next = null) =>
        $"var ({layer.Output}, {next ?? $"layer{layer.Index}Next"}) = {(layer.IsLast ? "DenseNorm" : "DenseBn")}.Forward("
        + $"{p}.Layer{layer.Index}, {s}.Layer{layer.Index}, {layer.Input}, {phase}); // {shape}";

    private static string Statistics(int layers) =>
        layers == 0
            ? "encoderNext"
            : $"encoderNext, new({string.Join(", ", Enumerable.Range(1, layers).Select(static layer => $"layer{layer}Next"))})";
}
