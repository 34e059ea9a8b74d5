using SimClrDsl.Specs;

namespace SimClrDsl.Planning.Steps;

/// <summary>The loss of a step: the passes through the network, and what is computed of their outputs.</summary>
/// <param name="Inputs">Names of the tensors that it depends on beside parameters and running statistics.</param>
/// <param name="Passes">The passes through the network; none if it gets embeddings.</param>
/// <param name="Objective">What is computed of their outputs.</param>
/// <param name="Returns">What it returns beside the loss and the metrics.</param>
public sealed record LossPlan(Sequence<string> Inputs, Sequence<NetworkPass> Passes, ObjectivePlan Objective, LossReturns Returns);

/// <summary>What a loss returns beside itself and the metrics.</summary>
public enum LossReturns
{
    /// <summary>The next running statistics.</summary>
    Statistics,

    /// <summary>The next running statistics and the features of the online classifier.</summary>
    StatisticsAndFeatures,

    /// <summary>The statistics that it was given, since the network has none.</summary>
    SameStatistics,

    /// <summary>Nothing, since the pass of each microbatch returns them.</summary>
    Nothing,
}

/// <summary>The pass of one microbatch, whose embeddings the loss then is a function of.</summary>
/// <param name="Passes">The passes through the network.</param>
/// <param name="Embeddings">Number of embeddings of all microbatches.</param>
/// <param name="Width">Width of an embedding.</param>
/// <param name="Features">Whether it returns the features of the online classifier too.</param>
public sealed record EmbeddingPlan(Sequence<NetworkPass> Passes, int Embeddings, int Width, bool Features);

/// <summary>
/// What is computed of a network's outputs. A closed union: <see cref="Match{T}"/> has one parameter for each case.
/// </summary>
public abstract record ObjectivePlan
{
    private ObjectivePlan() { }

    /// <summary>Calls the function for the case that this objective is.</summary>
    public T Match<T>(
        Func<Contrast, T> contrast,
        Func<ContrastInBothDirections, T> contrastInBothDirections,
        Func<Labels, T> labels,
        Func<Teacher, T> teacher,
        Func<TeacherAndLabels, T> teacherAndLabels
    ) =>
        this switch
        {
            Contrast objective => contrast(objective),
            ContrastInBothDirections objective => contrastInBothDirections(objective),
            Labels objective => labels(objective),
            Teacher objective => teacher(objective),
            TeacherAndLabels objective => teacherAndLabels(objective),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(ObjectivePlan)}."),
        };

    /// <summary>NT-Xent (Eq. 1) as it is shown: the mean over all queries.</summary>
    /// <param name="Candidates">What a projection is compared with.</param>
    /// <param name="Temperature">Temperature τ.</param>
    public sealed record Contrast(ContrastiveCandidates Candidates, double Temperature) : ObjectivePlan;

    /// <summary>NT-Xent as the sum of both directions' means, twice the mean that is shown.</summary>
    /// <param name="Candidates">What a projection is compared with.</param>
    /// <param name="Temperature">Temperature τ.</param>
    public sealed record ContrastInBothDirections(ContrastiveCandidates Candidates, double Temperature) : ObjectivePlan;

    /// <summary>Cross-entropy of the labels.</summary>
    /// <param name="Smoothing">Share of the target that is spread over all classes; 0 for none.</param>
    public sealed record Labels(double Smoothing) : ObjectivePlan;

    /// <summary>Cross-entropy of the teacher's softened answers (Eq. 2).</summary>
    /// <param name="Answers">How they are softened.</param>
    public sealed record Teacher(SoftAnswers Answers) : ObjectivePlan;

    /// <summary>Cross-entropy of the labels and of the teacher's softened answers (Eq. 3).</summary>
    /// <param name="Answers">How they are softened.</param>
    /// <param name="Alpha">Weight of the teacher's term.</param>
    /// <param name="LabelWeight">Weight of the labels' term: 1 − α.</param>
    /// <param name="LabelLogits">Name of the logits of the images with labels.</param>
    public sealed record TeacherAndLabels(SoftAnswers Answers, double Alpha, double LabelWeight, string LabelLogits) : ObjectivePlan;
}

/// <summary>How answers of teacher and student are softened.</summary>
/// <param name="Temperature">Temperature τ of both softmaxes.</param>
/// <param name="Factor">
/// Factor of the loss, τ² in the official notebook, which keeps the size of the gradient when the temperature changes; null for none, as in
/// Eq. 2.
/// </param>
public sealed record SoftAnswers(double Temperature, double? Factor);
