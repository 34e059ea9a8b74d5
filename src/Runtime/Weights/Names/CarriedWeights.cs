using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Weights.Names;

/// <summary>Where a carried tensor comes from when a network did not come from a training of the stage.</summary>
internal enum CarriedFrom
{
    /// <summary>The tensor of the network that it follows.</summary>
    Copy,

    /// <summary>Zeros: what an optimizer has gathered.</summary>
    Zeros,

    /// <summary>Random directions: the queue of a memory.</summary>
    Directions,
}

/// <summary>A tensor that a stage carries from step to step and saves beside its network.</summary>
/// <param name="Name">Its name in the checkpoint: <c>state.average.encoder.stem.conv.kernel</c>.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="From">Where it comes from.</param>
/// <param name="Follows">The tensor of the network that it follows; null for none.</param>
internal sealed record CarriedTensor(string Name, Sequence<long> Shape, CarriedFrom From, string? Follows = null);

/// <summary>What a stage's checkpoint holds besides its network, read off the plan.</summary>
internal static class CarriedWeights
{
    private const string Params = "params.";
    private const string State = "state.";

    /// <summary>The prefix of the averaged weights, which are those that count where a stage has them.</summary>
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

    /// <summary>The name under which the weights that count are saved: the averaged ones where the stage averages them.</summary>
    public static string Counting(Plan plan, string stage, string name) =>
        OptimizerOf(plan, stage).Average is not null && name.StartsWith(Params, StringComparison.Ordinal)
            ? Average + name[Params.Length..]
            : name;

    private static OptimizerPlan OptimizerOf(Plan plan, string stage) =>
        stage switch
        {
            StageNames.Pretrain => plan.Pretrain!.Optimizer,
            StageNames.Finetune => plan.Finetune!.Optimizer,
            StageNames.SelfDistill => plan.SelfDistill!.Optimizer,
            _ => plan.Distill!.Optimizer,
        };

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
