using static TorchSharp.torch;

namespace SimClrDsl.Native;

// One call for a whole list of tensors: what an optimiser does to every parameter.
public static partial class SystemTorch
{
    /// <summary>x *= factor, for every x.</summary>
    public static void ForeachMul_(IReadOnlyList<Tensor> xs, double factor) => Op.Run("_foreach_mul_.Scalar", Arg.List(xs), factor);

    /// <summary>x *= y, pair by pair.</summary>
    public static void ForeachMul_(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys) =>
        Op.Run("_foreach_mul_.List", Arg.List(xs), Arg.List(ys));

    /// <summary>x += alpha · y, pair by pair.</summary>
    public static void ForeachAdd_(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, double alpha = 1) =>
        Op.Run("_foreach_add_.List", Arg.List(xs), Arg.List(ys), alpha);

    /// <summary>x += addend, for every x.</summary>
    public static void ForeachAdd_(IReadOnlyList<Tensor> xs, double addend) => Op.Run("_foreach_add_.Scalar", Arg.List(xs), addend);

    /// <summary>x /= y, pair by pair.</summary>
    public static void ForeachDiv_(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys) =>
        Op.Run("_foreach_div_.List", Arg.List(xs), Arg.List(ys));

    /// <summary>x /= divisor, for every x.</summary>
    public static void ForeachDiv_(IReadOnlyList<Tensor> xs, double divisor) => Op.Run("_foreach_div_.Scalar", Arg.List(xs), divisor);

    /// <summary>√x, for every x.</summary>
    public static Tensor[] ForeachSqrt(IReadOnlyList<Tensor> xs) => Op.List("_foreach_sqrt", Arg.List(xs));

    /// <summary>x = √x, for every x.</summary>
    public static void ForeachSqrt_(IReadOnlyList<Tensor> xs) => Op.Run("_foreach_sqrt_", Arg.List(xs));

    /// <summary>x += value · y · z, triple by triple.</summary>
    public static void ForeachAddcmul_(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, IReadOnlyList<Tensor> zs, double value = 1) =>
        Op.Run("_foreach_addcmul_.Scalar", Arg.List(xs), Arg.List(ys), Arg.List(zs), value);

    /// <summary>x += value · y / z, triple by triple.</summary>
    public static void ForeachAddcdiv_(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, IReadOnlyList<Tensor> zs, double value = 1) =>
        Op.Run("_foreach_addcdiv_.Scalar", Arg.List(xs), Arg.List(ys), Arg.List(zs), value);

    /// <summary>x += weight · (y − x), pair by pair: an exponential moving average in two calls, on every libtorch.</summary>
    public static void ForeachLerp_(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, double weight)
    {
        ForeachMul_(xs, 1 - weight);
        ForeachAdd_(xs, ys, weight);
    }

    /// <summary>The Euclidean norm of every x, or another one.</summary>
    public static Tensor[] ForeachNorm(IReadOnlyList<Tensor> xs, double order = 2) => Op.List("_foreach_norm.Scalar", Arg.List(xs), order);

    /// <summary>x · factor, for every x.</summary>
    public static Tensor[] ForeachMul(IReadOnlyList<Tensor> xs, double factor) => Op.List("_foreach_mul.Scalar", Arg.List(xs), factor);

    /// <summary>x · y, pair by pair.</summary>
    public static Tensor[] ForeachMul(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys) =>
        Op.List("_foreach_mul.List", Arg.List(xs), Arg.List(ys));

    /// <summary>x + alpha · y, pair by pair.</summary>
    public static Tensor[] ForeachAdd(IReadOnlyList<Tensor> xs, IReadOnlyList<Tensor> ys, double alpha = 1) =>
        Op.List("_foreach_add.List", Arg.List(xs), Arg.List(ys), alpha);
}
