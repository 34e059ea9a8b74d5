using SimClrDsl.Planning.Steps;

namespace SimClrDsl.Generators.Emit;

/// <summary>A part of the state that a step carries, as code.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Name">Its property.</param>
/// <param name="Start">Expression of its value before the first step, from parameters p, statistics s and a key.</param>
/// <param name="Next">Expression of its value after the step.</param>
internal sealed record CarriedCode(string Type, string Name, string Start, string Next)
{
    /// <summary>Whether its value before the first step is random, and so needs a key.</summary>
    public bool IsRandom { get; private init; }

    /// <summary>Its variable within the step.</summary>
    public string Variable => Names.Camel(Name);

    public static CarriedCode Of(CarriedState state, StepCode step) =>
        state.Match(
            memory: memory => new CarriedCode(
                Type: $"MemoryNetwork<{step.Params}, {step.State}>",
                Name: "Memory",
                Start: $"MemoryNetwork.Start(p, s, queue: {memory.Queue}, width: {memory.Width}, key)",
                Next: "new(weights, statistics, kept)"
            )
            {
                IsRandom = true,
            },
            onlineClassifier: online => new CarriedCode(
                Type: "OnlineHead",
                Name: "Online",
                Start: $"OnlineHead.Start(key.At(\"online\"), inputs: {online.Inputs}, classes: {online.Classes})",
                Next: "new(classifier, classifierVelocity)"
            )
            {
                IsRandom = true,
            },
            squaredGradients: _ => new CarriedCode(step.Params, Name: "Squares", Start: "p.ZerosLike()", Next: "squaresNext"),
            averagedWeights: _ => new CarriedCode(step.Params, Name: "Average", Start: "p.Clone()", Next: "averageNext")
        );
}
