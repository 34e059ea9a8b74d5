using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SimClrDsl.Native;

/// <summary>How LARS moves one tensor.</summary>
/// <param name="Rate">Its learning rate.</param>
/// <param name="Decay">Its weight decay, 0 for none.</param>
/// <param name="Adapted">1 where trust · ‖w‖ / ‖g‖ scales the rate (by 1 where a norm is zero), else 0.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct LarsLeaf(double Rate, double Decay, int Adapted);

// Updates of every parameter in one call: contiguous float32 tensors of one device, written in place.
public static unsafe partial class SystemTorch
{
    /// <summary>
    /// LARS: g ← g + decay · w, d = rate · scale · g, v ← momentum · v + d, and w ← w − v, or w ← w − (momentum · v + d) in Nesterov's form.
    /// On a CPU by passes of our own, on another device by <see cref="ForeachLars"/>.
    /// </summary>
    public static void Lars(
        IReadOnlyList<Tensor> weights,
        IReadOnlyList<Tensor> gradients,
        IReadOnlyList<Tensor> velocities,
        LarsLeaf[] leaves,
        double momentum,
        double trust,
        bool nesterov
    ) => Update(LibTorch.simclr_lars, weights, gradients, velocities, leaves, momentum, trust, nesterov);

    /// <summary>The same update by libtorch's operators over lists of tensors, on any device.</summary>
    public static void ForeachLars(
        IReadOnlyList<Tensor> weights,
        IReadOnlyList<Tensor> gradients,
        IReadOnlyList<Tensor> velocities,
        LarsLeaf[] leaves,
        double momentum,
        double trust,
        bool nesterov
    ) => Update(LibTorch.simclr_foreach_lars, weights, gradients, velocities, leaves, momentum, trust, nesterov);

    /// <summary>x ← decay · x + (1 − decay) · y, pair by pair; on another device than a CPU by <see cref="ForeachAverage_"/>.</summary>
    public static void Average_(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, double decay) =>
        Average(LibTorch.simclr_average, xs, ys, decay);

    /// <summary>The same average by libtorch's operators over lists of tensors, on any device.</summary>
    public static void ForeachAverage_(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, double decay) =>
        Average(LibTorch.simclr_foreach_average, xs, ys, decay);

    private delegate int LarsFunction(nint* w, nint* g, nint* v, LarsLeaf* leaves, int count, double momentum, double trust, int nesterov);

    private delegate int AverageFunction(nint* xs, nint* ys, int count, double decay);

    private static void Update(
        LarsFunction lars,
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
            var status = lars(w, g, v, leaf, leaves.Length, momentum, trust, nesterov ? 1 : 0);
            GC.KeepAlive((weights, gradients, velocities));
            _ = LibTorch.Checked(status);
        }
    }

    private static void Average(AverageFunction average, IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, double decay)
    {
        fixed (nint* x = Handles(xs))
        fixed (nint* y = Handles(ys))
        {
            var status = average(x, y, xs.Count, decay);
            GC.KeepAlive((xs, ys));
            _ = LibTorch.Checked(status);
        }
    }

    private static nint[] Handles(IReadOnlyList<Tensor> tensors) => [.. tensors.Select(static tensor => tensor.Handle)];
}
