using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Weights.Names;

/// <summary>The initial value of a carried tensor if the network is imported rather than trained.</summary>
internal enum CarriedFrom
{
    /// <summary>A copy of a tensor of the network, for moving averages.</summary>
    Copy,

    /// <summary>Zeros, for the state of an optimizer.</summary>
    Zeros,

    /// <summary>Random unit vectors, for the queue of the memory.</summary>
    Directions,
}

/// <summary>A tensor besides the network that a stage carries from step to step and saves in its checkpoint.</summary>
/// <param name="Name">Its name in the checkpoint: <c>state.average.encoder.stem.conv.kernel</c>.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="From">Its initial value if the network is imported.</param>
/// <param name="Follows">Name of the tensor of the network that it is the moving average of; null if there is none.</param>
internal sealed record CarriedTensor(string Name, Sequence<long> Shape, CarriedFrom From, string? Follows = null);

/// <summary>The tensors of a stage's checkpoint besides its network, as they follow from the plan.</summary>
internal static class CarriedWeights
{
    private const string Params = "params.";
    private const string State = "state.";

    /// <summary>The prefix of averaged weights. If a stage averages its weights, the averages are its result.</summary>
    private const string Average = "state.average.";

    /// <summary>Every carried tensor of a stage.</summary>
    public static IReadOnlyList<CarriedTensor> Of(Plan plan, string stage)
    {
        var network = NetworkLayers.Of(plan, stage).Tensors.ToList();
        var optimizer = OptimizerOf(plan, stage);
        var pretrain = stage == StageNames.Pretrain ? plan.Pretrain : null;
        return
        [
            .. pretrain?.Memory is { } memory ? Memory(network, memory, pretrain.Head.Out) : [],
            .. pretrain?.OnlineLayer is { } layer ? Online(plan.Data.Classes, pretrain.Head.WidthAfter(layer)) : [],
            .. optimizer is OptimizerPlan.Adam ? Parameters(network, "state.squares.", CarriedFrom.Zeros) : [],
            .. optimizer.Average is null ? [] : Parameters(network, Average, CarriedFrom.Copy),
        ];
    }

    /// <summary>
    /// The name in the checkpoint of the tensor that is the result of a stage: the averaged one if the stage averages its weights.
    /// </summary>
    public static string ResultName(Plan plan, string stage, string name) =>
        OptimizerOf(plan, stage).Average is not null && name.StartsWith(Params, StringComparison.Ordinal)
            ? Average + name[Params.Length..]
            : name;

    private static OptimizerPlan OptimizerOf(Plan plan, string stage) =>
        plan.Stage(stage) is ITrainingPlan training
            ? training.Optimizer
            : throw new ArgumentException($"'{plan.Name}' has no stage '{stage}' that trains.", nameof(stage));

    private static IEnumerable<CarriedTensor> Memory(IReadOnlyList<WeightTensor> network, MemoryPlan memory, int width) =>
        [
            .. network.Select(static tensor => new CarriedTensor(
                $"state.memory.{tensor.Name}",
                tensor.Shape,
                CarriedFrom.Copy,
                tensor.Name
            )),
            new("state.memory.queue", [memory.Queue, width], CarriedFrom.Directions),
        ];

    private static IEnumerable<CarriedTensor> Online(int classes, int inputs) =>
        from part in new[] { "params", "velocity" }
        from tensor in new[] { (Name: "kernel", Shape: (Sequence<long>)[classes, inputs]), (Name: "bias", Shape: [classes]) }
        select new CarriedTensor($"state.online.{part}.{tensor.Name}", tensor.Shape, CarriedFrom.Zeros);

    private static IEnumerable<CarriedTensor> Parameters(IReadOnlyList<WeightTensor> network, string prefix, CarriedFrom from) =>
        network
            .Where(static tensor => !tensor.Name.StartsWith(State, StringComparison.Ordinal))
            .Select(tensor => new CarriedTensor(
                prefix + tensor.Name[Params.Length..],
                tensor.Shape,
                from,
                from == CarriedFrom.Copy ? tensor.Name : null
            ));
}
