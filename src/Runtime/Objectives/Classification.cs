using SimClrDsl.Runtime.Profiling;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Objectives;

/// <summary>Losses and metrics of classifiers.</summary>
public static class Classification
{
    /// <summary>Mean softmax cross-entropy.</summary>
    /// <param name="logits">float32 [N, classes].</param>
    /// <param name="labels">int64 [N], class indices.</param>
    /// <returns>Scalar, float32, in nats.</returns>
    public static Tensor CrossEntropy(Tensor logits, Tensor labels)
    {
        using var span = Spans.Of(StepPhase.Loss, "cross-entropy");
        return nn.functional.cross_entropy(logits, labels);
    }

    /// <summary>
    /// Mean softmax cross-entropy with label smoothing: the target is (1 − smoothing) · one-hot + smoothing / classes.
    /// </summary>
    /// <param name="logits">float32 [N, classes].</param>
    /// <param name="labels">int64 [N], class indices.</param>
    /// <param name="smoothing">Probability mass that is spread evenly over all classes, 0 to 1.</param>
    /// <returns>Scalar, float32, in nats.</returns>
    public static Tensor CrossEntropy(Tensor logits, Tensor labels, double smoothing)
    {
        using var span = Spans.Of(StepPhase.Loss, "label smoothing");
        var spread = nn.functional.log_softmax(logits, 1).mean().neg();
        return (CrossEntropy(logits, labels) * (1 - smoothing)) + (spread * smoothing);
    }

    /// <summary>
    /// The distillation loss of Eq. 2: the mean over images of −Σ_y P_T(y|x; τ) · log P_S(y|x; τ). The temperature τ divides the logits of
    /// both networks, and there is no factor τ². No gradient flows to the teacher.
    /// </summary>
    /// <param name="student">Logits of the student, float32 [N, classes].</param>
    /// <param name="teacher">Logits of the teacher, float32 [N, classes].</param>
    /// <param name="temperature">τ, positive.</param>
    /// <returns>Scalar, float32, in nats.</returns>
    public static Tensor Distillation(Tensor student, Tensor teacher, double temperature)
    {
        using var span = Spans.Of(StepPhase.Loss, "distillation");
        var target = Sharpened(teacher.detach(), temperature).softmax(1);
        return -(target * nn.functional.log_softmax(Sharpened(student, temperature), 1)).sum(1).mean();
    }

    // The logits divided by the temperature. Subtracting the largest logit of each image first does not change the softmax, but keeps a low
    // temperature from overflowing float32: an infinite largest logit would make the softmax NaN.
    private static Tensor Sharpened(Tensor logits, double temperature) =>
        ((logits - logits.detach().amax([1], keepdim: true)) / temperature).clamp_min(float.MinValue);

    /// <summary>Top-1 accuracy: the fraction of images whose label has the largest logit.</summary>
    /// <param name="logits">float32 [N, classes].</param>
    /// <param name="labels">int64 [N], class indices.</param>
    /// <returns>Scalar, float32, without gradient.</returns>
    public static Tensor Accuracy(Tensor logits, Tensor labels)
    {
        using var span = Spans.Of(StepPhase.Loss, "accuracy");
        using var scope = no_grad();
        return logits.detach().argmax(1).eq(labels).to(float32).mean();
    }

    /// <summary>The fraction of images on which student and teacher have the same largest logit.</summary>
    /// <param name="student">Logits of the student, float32 [N, classes].</param>
    /// <param name="teacher">Logits of the teacher, float32 [N, classes].</param>
    /// <returns>Scalar, float32, without gradient.</returns>
    public static Tensor Agreement(Tensor student, Tensor teacher) => Accuracy(student, teacher.detach().argmax(1));
}
