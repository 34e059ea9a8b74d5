using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SimClrDsl.Native;

/// <summary>How LARS moves one tensor.</summary>
/// <param name="Rate">Its learning rate.</param>
/// <param name="Decay">Its weight decay, 0 for none.</param>
/// <param name="Adapted">1 where trust · ‖w‖ / ‖g‖ scales the rate (by 1 where a norm is zero), else 0.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct LarsLeaf(double Rate, double Decay, int Adapted);

// Updates of every parameter in one call: contiguous float32 tensors on a CPU, written in place.
public static unsafe partial class SystemTorch
{
    /// <summary>
    /// LARS: g ← g + decay · w, d = rate · scale · g, v ← momentum · v + d, and w ← w − v, or w ← w − (momentum · v + d) in Nesterov's form.
    /// </summary>
    public static void Lars(
        IReadOnlyList<Tensor> weights,
        IReadOnlyList<Tensor> gradients,
        IReadOnlyList<Tensor> velocities,
        LarsLeaf[] leaves,
        double momentum,
        double trust,
        bool nesterov
    )
    {
        fixed (nint* w = Handles(weights))
        fixed (nint* g = Handles(gradients))
        fixed (nint* v = Handles(velocities))
        fixed (LarsLeaf* leaf = leaves)
        {
            var status = LibTorch.simclr_lars(w, g, v, leaf, leaves.Length, momentum, trust, nesterov ? 1 : 0);
            GC.KeepAlive((weights, gradients, velocities));
            _ = LibTorch.Checked(status);
        }
    }

    /// <summary>x ← decay · x + (1 − decay) · y, pair by pair.</summary>
    public static void Average_(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, double decay)
    {
        fixed (nint* x = Handles(xs))
        fixed (nint* y = Handles(ys))
        {
            var status = LibTorch.simclr_average(x, y, xs.Count, decay);
            GC.KeepAlive((xs, ys));
            _ = LibTorch.Checked(status);
        }
    }

    private static nint[] Handles(IReadOnlyList<Tensor> tensors) => [.. tensors.Select(static tensor => tensor.Handle)];
}
