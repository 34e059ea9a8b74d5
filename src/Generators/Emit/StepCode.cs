using SimClrDsl.Planning.Steps;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>The class of a training step: its plan with the names that it has in an experiment.</summary>
/// <param name="Name">Class name: <c>PretrainStep</c>.</param>
/// <param name="Summary">Summary of the class, one sentence.</param>
/// <param name="Network">Class of the trained network; null for linear evaluation, which trains a classifier only.</param>
/// <param name="Plan">What the step does.</param>
internal sealed record StepCode(string Name, string Summary, string? Network, StepPlan Plan)
{
    /// <summary>Type of the trained parameters.</summary>
    public string Params => Network is null ? "Dense.Params" : $"{Network}.Params";

    /// <summary>Type of the running statistics.</summary>
    public string State => Network is null ? "NoState" : $"{Network}.State";

    /// <summary>Type of all that is carried from step to step beside parameters and momentum.</summary>
    public string Statistics => Carries ? "Carried" : State;

    /// <summary>Type of a batch.</summary>
    public string Batch => $"{Plan.Batch}Batch";

    /// <summary>Whether more than running statistics is carried.</summary>
    public bool Carries => Plan.Carried.Count > 0;

    /// <summary>State that is carried, as code.</summary>
    public IReadOnlyList<CarriedCode> Carried => [.. Plan.Carried.Select(state => CarriedCode.Of(state, this))];

    /// <summary>Expression of what the experiment trains with this step: the network with what the step carries.</summary>
    public string Trainee => Carries ? $"{Name}.Trainee" : $"Trainee.Of({Network}.Model)";

    /// <summary>The phase in which batch norms are while the step trains.</summary>
    public string Phase => Plan.RunningVariance == RunningVariance.Biased ? "Phase.Train" : "Phase.TrainUnbiased";
}
