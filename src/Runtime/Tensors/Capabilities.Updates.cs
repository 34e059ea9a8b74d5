using static TorchSharp.torch;
#if TORCH_SYSTEM
using SimClrDsl.Native;
#endif

namespace SimClrDsl.Runtime;

// What optimizers do to all parameters of a tree at once.
public static partial class Capabilities
{
    /// <summary>Whether the provider updates all of a tree's tensors in one call; else they are updated one by one.</summary>
    public static bool UpdatesTogether(IReadOnlyList<Tensor> tensors) =>
#if TORCH_SYSTEM
        tensors.All(static tensor =>
            tensor.device.type == TorchSharp.DeviceType.CPU && tensor.dtype == ScalarType.Float32 && tensor.is_contiguous()
        );
#else
        false;
#endif

    /// <summary>
    /// LARS's update of float32 tensors in place, in two passes over memory; only where <see cref="UpdatesTogether"/> says so. Rate and decay
    /// are each tensor's own; trust · ‖w‖ / ‖g‖ scales the rates of those that are adapted.
    /// </summary>
    internal static void Lars(
        IReadOnlyList<Tensor> weights,
        IReadOnlyList<Tensor> gradients,
        IReadOnlyList<Tensor> velocities,
        IEnumerable<(double Rate, double Decay, bool Adapted)> leaves,
        double momentum,
        double trust,
        MomentumForm form
    ) =>
#if TORCH_SYSTEM
        SystemTorch.Lars(
            weights,
            gradients,
            velocities,
            [.. leaves.Select(static leaf => new LarsLeaf(leaf.Rate, leaf.Decay, leaf.Adapted ? 1 : 0))],
            momentum,
            trust,
            nesterov: form == MomentumForm.Nesterov
        );
#else
        throw new NotSupportedException("The provider updates tensors one by one.");
#endif

    /// <summary>x ← decay · x + (1 − decay) · y, pair by pair, into the x.</summary>
    public static void Average_(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, double decay)
    {
#if TORCH_SYSTEM
        if (UpdatesTogether(xs))
        {
            SystemTorch.Average_(xs, ys, decay);
            return;
        }

        SystemTorch.ForeachMul_(xs, decay);
        SystemTorch.ForeachAdd_(xs, ys, 1 - decay);
#else
        foreach (var (x, y) in xs.Zip(ys))
        {
            x.mul_(decay).add_(y, alpha: 1 - decay);
        }
#endif
    }
}
