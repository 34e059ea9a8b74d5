using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Evaluate;

/// <summary>The outputs of a frozen network for a set of images.</summary>
/// <param name="Values">float32 [N, features].</param>
/// <param name="Labels">int64 [N], class indices.</param>
internal sealed record Features(Tensor Values, Tensor Labels)
{
    /// <summary>Number of images.</summary>
    public int Count => (int)Values.size(0);
}

/// <summary>Applies networks to whole image sets, without gradients and batch by batch.</summary>
internal static class Evaluation
{
    // Images of so many pixels at a time, and no more than so many images: large enough to use all cores, small enough for their caches, and
    // for less memory than a step of training takes.
    private const int Pixels = 16 * 224 * 224;
    private const int MostImages = 500;

    /// <summary>Computes the output of a network for every image, in order. Ranks share the images, and all have all outputs.</summary>
    public static Features Features(Frozen network, ImageSet set, Device device, ScalarType compute)
    {
        using var scope = NewDisposeScope();
        var ranks = Ranks.Current;
        var own = ranks.Size == 1 ? set : set.Take(ranks.Positions(set.Count));
        var values = ranks.GatherRows(cat([.. Outputs(network, own, device, compute)]), set.Count, "outputs of the network");
        return new(values.MoveToOuterDisposeScope(), set.Labels.clone().Upload(device).MoveToOuterDisposeScope());
    }

    private static IEnumerable<Tensor> Outputs(Frozen network, ImageSet set, Device device, ScalarType compute)
    {
        var side = set.Side;
        return Loaders
            .InOrder(set, Math.Clamp(Pixels / (side * side), 1, MostImages), device, compute)
            .Select(batch => Output(network, batch, side));
    }

    private static Tensor Output(Frozen network, LabelledBatch batch, int side)
    {
        using var scope = NewDisposeScope();
        return network.Infer(batch.Images.ForEvaluation(side).ForNetwork(batch.Compute)).to(float32).MoveToOuterDisposeScope();
    }
}
