using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Weights.Names;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Weights;

/// <summary>
/// Checkpoints of networks that were never trained, whose weights and statistics are random and none is zero: to try out what is done with
/// a trained network, such as its export, before days of training.
/// </summary>
public static class RandomNetwork
{
    /// <summary>Writes the checkpoint of a stage.</summary>
    /// <param name="path">Path of the checkpoint.</param>
    /// <param name="plan">The experiment's plan.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="metadata">Metadata of the checkpoint.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, Plan plan, string stage, IReadOnlyDictionary<string, string> metadata)
    {
        using var scope = NewDisposeScope();
        using var generator = Key.FromSeed(plan.Spec.Seed).At("random network").At(stage).Generator();
        var network = NetworkLayers.Of(plan, stage).Tensors.ToDictionary(static tensor => tensor.Name, tensor => Value(tensor, generator));
        SafeTensors.Write(path, [.. network, .. CarriedStart.Of(plan, stage, network)], metadata);
    }

    // The scales of batch norms are such that what a block adds is some tenths of its input. With larger ones, activations would double from
    // block to block, since the statistics are not those of these weights; a deep network's gates would then switch from one stream to the
    // other at the last bit of a number, which no trained network does.
    private static Tensor Value(WeightTensor tensor, Generator generator) =>
        tensor.Part switch
        {
            WeightPart.Kernel => Normal(tensor.Shape, generator)
                .mul_(Math.Sqrt(2.0 / tensor.Shape.Skip(1).Aggregate(1L, static (all, size) => all * size))),
            WeightPart.Scale => rand([.. tensor.Shape], generator: generator).mul_(0.3).add_(0.3),
            WeightPart.Variance => rand([.. tensor.Shape], generator: generator).mul_(0.5).add_(0.5),
            _ => Normal(tensor.Shape, generator).mul_(0.1),
        };

    private static Tensor Normal(Sequence<long> shape, Generator generator) => randn([.. shape], dtype: float32, generator: generator);
}
