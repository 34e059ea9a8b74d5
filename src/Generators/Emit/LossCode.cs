using SimClrDsl.Planning;
using SimClrDsl.Planning.Steps;

namespace SimClrDsl.Generators.Emit;

/// <summary>The loss of a step as code.</summary>
internal static class LossCode
{
    /// <summary>Comment that says what the loss is.</summary>
    public static string Comment(ObjectivePlan objective) =>
        objective.Match(
            contrast: static contrast => Comment(contrast.Candidates),
            contrastInBothDirections: static contrast => Comment(contrast.Candidates),
            labels: static _ => "Cross-entropy of the labels.",
            teacher: static _ => "Eq. 2: cross-entropy of the teacher's softened answers.",
            teacherAndLabels: static _ => "Eq. 3: cross-entropy of the labels and of the teacher's softened answers."
        );

    /// <summary>Lines that compute the loss of the network's outputs, and return it.</summary>
    public static IReadOnlyList<Statement> Objective(LossPlan loss) =>
        Statement.Lines(
            loss.Objective.Match(
                contrast: contrast =>
                    $"""
                        {NtXent(contrast.Candidates, contrast.Temperature)}
                        return new(loss, {Returned(loss, "accuracy")});
                        """,
                contrastInBothDirections: contrast =>
                    $"""
                        {NtXent(contrast.Candidates, contrast.Temperature)}
                        var objective = loss * 2; // mean over first views plus mean over second views
                        return new(objective, {Returned(loss, "accuracy")});
                        """,
                labels: labels =>
                    $"""
                        var loss = Classification.CrossEntropy(logits, labels{Smoothing(labels.Smoothing)});
                        return new(loss, {Returned(loss, "Classification.Accuracy(logits, labels)")});
                        """,
                teacher: teacher =>
                    $"""
                        var loss = {Distillation(teacher.Answers)};
                        return new(loss, {Returned(loss, "Classification.Agreement(logits, target)")});
                        """,
                teacherAndLabels: both =>
                    $"""
                        var distillation = {Distillation(both.Answers)};
                        var supervised = Classification.CrossEntropy({both.LabelLogits}, labels);
                        var loss = (supervised * {Literal.Of(both.LabelWeight)}) + (distillation * {Literal.Of(both.Alpha)});
                        return new(loss, {Returned(loss, "Classification.Agreement(logits, target)")});
                        """
            )
        );

    /// <summary>Type of what the loss returns beside its value.</summary>
    public static string ReturnType(StepCode step) =>
        step.Plan.Loss.Returns switch
        {
            LossReturns.Nothing => "StepMetrics",
            LossReturns.StatisticsAndFeatures => $"({step.State}, StepMetrics, Tensor)",
            _ => $"({step.State}, StepMetrics)",
        };

    /// <summary>Names of what the gradients come with, beside statistics and metrics.</summary>
    public static string MoreResults(StepPlan plan) =>
        plan.Loss.Returns == LossReturns.StatisticsAndFeatures || plan.Embedding is { Features: true } ? ", features" : "";

    private static string Returned(LossPlan loss, string accuracy) =>
        loss.Returns switch
        {
            LossReturns.Nothing => $"new(loss.detach(), {accuracy})",
            LossReturns.SameStatistics => $"(s, new(loss.detach(), {accuracy}))",
            LossReturns.StatisticsAndFeatures => $"(next, new(loss.detach(), {accuracy}), features)",
            _ => $"(next, new(loss.detach(), {accuracy}))",
        };

    private static string NtXent(ContrastiveCandidates candidates, double temperature)
    {
        var call = candidates switch
        {
            ContrastiveCandidates.Batch => "Loss(z",
            ContrastiveCandidates.KeysAndQueue => "Loss(z, keys, queue",
            ContrastiveCandidates.BatchAndQueue => "Loss(z, queue",
            _ => "OneWay(z, keys, queue",
        };
        return $"var (loss, accuracy) = NtXent.{call}, temperature: {Literal.Of(temperature)});";
    }

    private static string Comment(ContrastiveCandidates candidates) =>
        candidates switch
        {
            ContrastiveCandidates.Batch => "NT-Xent of the projections: mean over all views.",
            ContrastiveCandidates.KeysAndQueue => "NT-Xent of the projections against keys and queue: mean over all views.",
            ContrastiveCandidates.BatchAndQueue => "NT-Xent of the projections against each other and the queue: mean over all views.",
            _ => "First views against second views' keys and the queue: mean over first views.",
        };

    private static string Smoothing(double share) => share == 0 ? "" : $", smoothing: {Literal.Of(share)}";

    private static string Distillation(SoftAnswers answers) =>
        $"Classification.Distillation(logits, target, temperature: {Literal.Of(answers.Temperature)})"
        + (answers.Factor is { } factor ? $" * {Literal.Of(factor)}" : "");
}
