using static TorchSharp.torch;
#if TORCH_SYSTEM
using SimClrDsl.Native;
#endif

namespace SimClrDsl.Runtime;

// What optimizers do to all parameters of a tree at once.
public static partial class Capabilities
{
    /// <summary>
    /// Whether the provider updates all of a tree's tensors, which are on one device, in one call; else they are updated one by one.
    /// </summary>
    public static bool UpdatesTogether(IReadOnlyList<Tensor> tensors) =>
#if TORCH_SYSTEM
        tensors.All(static tensor => tensor.dtype == ScalarType.Float32 && tensor.is_contiguous());
#else
        false;
#endif

    /// <summary>
    /// Whether optimizers of elementwise operators should take all of a tree's tensors as lists: a GPU launches kernels for lists, while a
    /// CPU would only lose each tensor from its caches.
    /// </summary>
    internal static bool UpdatesInLists(IReadOnlyList<Tensor> tensors) =>
        UpdatesTogether(tensors) && tensors.Any(static tensor => tensor.device.type != TorchSharp.DeviceType.CPU);

    /// <summary>
    /// LARS's update of float32 tensors in place, on a CPU in two passes over memory, elsewhere by operators over lists of tensors; only
    /// where <see cref="UpdatesTogether"/> says so. Each tensor has a factor of the rate and a decay of its own; trust · ‖w‖ / ‖g‖ scales the
    /// rates of those that are adapted.
    /// </summary>
    internal static void Lars(
        IReadOnlyList<Tensor> weights,
        IReadOnlyList<Tensor> gradients,
        IReadOnlyList<Tensor> velocities,
        double rate,
        IEnumerable<(double Factor, double Decay, bool Adapted)> leaves,
        double momentum,
        double trust,
        MomentumForm form
    )
    {
#if TORCH_SYSTEM
        LarsLeaf[] all = [.. leaves.Select(leaf => new LarsLeaf(rate * leaf.Factor, leaf.Decay, leaf.Adapted ? 1 : 0))];
        SystemTorch.Lars(weights, gradients, velocities, all, momentum, trust, nesterov: form == MomentumForm.Nesterov);
#else
        throw new NotSupportedException("The provider updates tensors one by one.");
#endif
    }

    /// <summary>x ← decay · x + (1 − decay) · y, pair by pair, into the x.</summary>
    public static void Average_(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, double decay)
    {
#if TORCH_SYSTEM
        if (UpdatesTogether(xs))
        {
            SystemTorch.Average_(xs, ys, decay);
            return;
        }

#endif
        MulEach_(xs, decay);
        AddEach_(xs, ys, 1 - decay);
    }
}
