using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Optim;

/// <summary>The length of all gradients together.</summary>
public static class GlobalNorm
{
    /// <summary>
    /// The gradients, scaled by limit / max(norm, limit), where norm is the Euclidean norm of all leaves as one vector: as they are, to the
    /// bit, within the limit, and of that norm beyond it.
    /// </summary>
    public static T Clip<T>(T gradients, double limit)
        where T : class, ITree<T>
    {
        using var span = Spans.Of(StepPhase.Optimizer, "clip");
        using var scope = no_grad();
        var norm = stack([.. gradients.Leaves().Select(static leaf => leaf.Value.norm())]).norm();

        // As a tensor: reading the norm as a number would make the host wait for the device.
        var factor = full_like(norm, limit).div_(norm.clamp_min(limit));
        return gradients.Map(gradient => gradient * factor);
    }
}
