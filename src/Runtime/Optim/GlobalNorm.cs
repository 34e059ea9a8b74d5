using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Optim;

/// <summary>Gradient clipping by global norm.</summary>
public static class GlobalNorm
{
    /// <summary>Clips gradients whose backward pass runs now, since their norm is that of all of them.</summary>
    /// <param name="gradients">The gradients.</param>
    /// <param name="limit">Largest norm of the result.</param>
    public static T Clip<T>(Gradients<T> gradients, double limit)
        where T : class, ITree<T> => Clip(gradients.All, limit);

    /// <summary>
    /// Scales the gradients by limit / max(norm, limit), where norm is the Euclidean norm of all leaves as one vector. Gradients within the
    /// limit are returned bit for bit.
    /// </summary>
    /// <param name="gradients">The gradients.</param>
    /// <param name="limit">Largest norm of the result.</param>
    public static T Clip<T>(T gradients, double limit)
        where T : class, ITree<T>
    {
        using var span = Spans.Of(StepPhase.Optimizer, "clip");
        using var scope = no_grad();
        var norm = stack([.. gradients.Leaves().Select(static leaf => leaf.Value.norm())]).norm();

        // The factor stays a tensor, because reading it as a number would make the host wait for the device.
        var factor = full_like(norm, limit).div_(norm.clamp_min(limit));
        return gradients.Map(gradient => gradient * factor);
    }
}
