using SimClrDsl.Runtime.Profiling;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Objectives;

/// <summary>Losses and measures of classifiers; logits are float32 [N, classes].</summary>
public static class Classification
{
    /// <summary>Mean softmax cross-entropy against labels int64 [N].</summary>
    public static Tensor CrossEntropy(Tensor logits, Tensor labels)
    {
        using var span = Spans.Of(StepPhase.Loss, "cross-entropy");
        return nn.functional.cross_entropy(logits, labels);
    }

    /// <summary>
    /// The same against smoothed labels: 1 − <paramref name="smoothing"/> of the target is the label's, the rest is spread over all classes.
    /// </summary>
    public static Tensor CrossEntropy(Tensor logits, Tensor labels, double smoothing)
    {
        using var span = Spans.Of(StepPhase.Loss, "label smoothing");
        var spread = nn.functional.log_softmax(logits, 1).mean().neg();
        return (CrossEntropy(logits, labels) * (1 - smoothing)) + (spread * smoothing);
    }

    /// <summary>
    /// Mean over images of −Σ_y P_T(y|x; τ) · log P_S(y|x; τ) (Eq. 2), with the temperature on both sides and no factor τ².
    /// The teacher's logits carry no gradient.
    /// </summary>
    public static Tensor Distillation(Tensor student, Tensor teacher, double temperature)
    {
        using var span = Spans.Of(StepPhase.Loss, "distillation");
        var target = Sharpened(teacher.detach(), temperature).softmax(1);
        return -(target * nn.functional.log_softmax(Sharpened(student, temperature), 1)).sum(1).mean();
    }

    // Logits over the temperature, relative to each image's largest, which no softmax sees: what a low temperature makes too large for
    // float32 would otherwise be infinite, and the largest of them no number.
    private static Tensor Sharpened(Tensor logits, double temperature) =>
        ((logits - logits.detach().amax([1], keepdim: true)) / temperature).clamp_min(float.MinValue);

    /// <summary>Share of images whose label ranks first.</summary>
    public static Tensor Accuracy(Tensor logits, Tensor labels)
    {
        using var span = Spans.Of(StepPhase.Loss, "accuracy");
        using var scope = no_grad();
        return logits.detach().argmax(1).eq(labels).to(float32).mean();
    }

    /// <summary>Share of images on which student and teacher agree.</summary>
    public static Tensor Agreement(Tensor student, Tensor teacher) => Accuracy(student, teacher.detach().argmax(1));
}
