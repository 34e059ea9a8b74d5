using static TorchSharp.torch;
#if TORCH_SYSTEM
using SimClrDsl.Native;
#endif

namespace SimClrDsl.Runtime;

// Arithmetic on lists of tensors, one by one where the provider has no operators for lists.
public static partial class Capabilities
{
    /// <summary>x ← x · factor, for every x.</summary>
    internal static void MulEach_(IReadOnlyList<Tensor> xs, double factor)
    {
#if TORCH_SYSTEM
        SystemTorch.ForeachMul_(xs, factor);
#else
        foreach (var x in xs)
        {
            x.mul_(factor);
        }
#endif
    }

    /// <summary>x ← x + alpha · y, pair by pair.</summary>
    internal static void AddEach_(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, double alpha = 1)
    {
#if TORCH_SYSTEM
        SystemTorch.ForeachAdd_(xs, ys, alpha);
#else
        foreach (var (x, y) in xs.Zip(ys))
        {
            x.add_(y, alpha: alpha);
        }
#endif
    }

    /// <summary>x + alpha · y, pair by pair.</summary>
    internal static Tensor[] AddEach(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, double alpha) =>
#if TORCH_SYSTEM
        SystemTorch.ForeachAdd(xs, ys, alpha);
#else
        [.. xs.Zip(ys, (x, y) => x.add(y, alpha: alpha))];
#endif

    /// <summary>x ← x + value · y · z, triple by triple.</summary>
    internal static void AddProducts_(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, IReadOnlyList<Tensor> zs, double value)
    {
#if TORCH_SYSTEM
        SystemTorch.ForeachAddcmul_(xs, ys, zs, value);
#else
        foreach (var (x, y, z) in xs.Zip(ys, zs))
        {
            x.addcmul_(y, z, value: value);
        }
#endif
    }

    /// <summary>x ← x + value · y / z, triple by triple.</summary>
    internal static void AddQuotients_(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, IReadOnlyList<Tensor> zs, double value)
    {
#if TORCH_SYSTEM
        SystemTorch.ForeachAddcdiv_(xs, ys, zs, value);
#else
        foreach (var (x, y, z) in xs.Zip(ys, zs))
        {
            x.addcdiv_(y, z, value: value);
        }
#endif
    }

    /// <summary>√x / divisor + addend, for every x.</summary>
    internal static Tensor[] Roots(IReadOnlyList<Tensor> xs, double divisor, double addend)
    {
#if TORCH_SYSTEM
        var roots = SystemTorch.ForeachSqrt(xs);
        SystemTorch.ForeachDiv_(roots, divisor);
        SystemTorch.ForeachAdd_(roots, addend);
        return roots;
#else
        return [.. xs.Select(x => x.sqrt().div_(divisor).add_(addend))];
#endif
    }
}
