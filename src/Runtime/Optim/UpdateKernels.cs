using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Optim;

/// <summary>
/// Updates all parameters of a tree with the native kernels: in two passes over memory for LARS, in one for a moving average.
/// </summary>
internal static unsafe class UpdateKernels
{
    /// <summary>Whether the kernels are available and can update all these tensors in place: float32, contiguous, on a CPU.</summary>
    public static bool Supports(IReadOnlyList<Tensor> tensors) =>
        Kernels.InUse
        && tensors.All(static tensor =>
            tensor.device.type == TorchSharp.DeviceType.CPU && tensor.dtype == ScalarType.Float32 && tensor.is_contiguous()
        );

    /// <summary>
    /// LARS in place, as <see cref="Optim.Lars.Update"/> describes it, with the rate, decay and adaptation of each tensor in <paramref
    /// name="leaves"/>.
    /// </summary>
    public static void Lars(
        IReadOnlyList<Tensor> weights,
        IReadOnlyList<Tensor> gradients,
        IReadOnlyList<Tensor> velocities,
        LarsLeaf[] leaves,
        double momentum,
        double trust,
        MomentumForm form
    )
    {
        var read = Read(gradients);
        var sizes = Sizes(weights);
        RequireAlike(sizes, read);
        RequireAlike(sizes, velocities);
        fixed (nint* w = Pointers(weights))
        fixed (nint* g = Pointers(read))
        fixed (nint* v = Pointers(velocities))
        fixed (long* size = sizes)
        fixed (LarsLeaf* leaf = leaves)
        {
            KernelLibrary.simclr_lars(
                (void**)w,
                (void**)g,
                (void**)v,
                size,
                leaf,
                leaves.Length,
                momentum,
                trust,
                form == MomentumForm.Nesterov ? 1 : 0
            );
        }

        GC.KeepAlive((weights, read, velocities));
    }

    /// <summary>x ← decay · x + (1 − decay) · y in place, for each pair of tensors.</summary>
    public static void Average_(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, double decay)
    {
        var read = Read(ys);
        var sizes = Sizes(xs);
        RequireAlike(sizes, read);
        fixed (nint* x = Pointers(xs))
        fixed (nint* y = Pointers(read))
        fixed (long* size = sizes)
        {
            KernelLibrary.simclr_average((void**)x, (void**)y, size, sizes.Length, decay);
        }

        GC.KeepAlive((xs, read));
    }

    // Tensors that are only read may be copied to make them contiguous; the gradient of a transposed product, for example, is not.
    private static Tensor[] Read(IReadOnlyList<Tensor> tensors) =>
        [.. tensors.Select(static tensor => tensor.is_contiguous() ? tensor : tensor.contiguous())];

    private static long[] Sizes(IReadOnlyList<Tensor> tensors) => [.. tensors.Select(static tensor => tensor.numel())];

    private static nint[] Pointers(IReadOnlyList<Tensor> tensors) => [.. tensors.Select(static tensor => (nint)Aten.Pointer(tensor))];

    private static void RequireAlike(long[] sizes, IReadOnlyList<Tensor> others)
    {
        if (!sizes.SequenceEqual(others.Select(static tensor => tensor.dtype == ScalarType.Float32 ? tensor.numel() : -1)))
        {
            throw new ArgumentException("An update takes float32 tensors of the same sizes.", nameof(others));
        }
    }
}
