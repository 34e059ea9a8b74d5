using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>Pooling with TensorFlow's padding, which the reference code and its checkpoints use.</summary>
public static class Pooling
{
    /// <summary>
    /// 3×3 max-pool with stride 2 and SAME padding. If a side is even, one row or column is added at the bottom or right, so the windows
    /// start one pixel later than with PyTorch's padding of 1. The padding is zero, which never exceeds a maximum because the input comes
    /// from a ReLU.
    /// </summary>
    /// <param name="x">[N, C, H, W], not negative.</param>
    /// <returns>[N, C, ⌈H / 2⌉, ⌈W / 2⌉].</returns>
    public static Tensor MaxPoolSame(this Tensor x)
    {
        if (Kernels.Supports(x))
        {
            return MaxPoolFunction.Apply(x);
        }

        var (top, left) = (x.size(2) % 2, x.size(3) % 2);
        return nn.functional.max_pool2d(nn.functional.pad(x, [left, 1, top, 1]), kernel_size: [3, 3], strides: [2, 2]);
    }

    /// <summary>3×3 max-pool with stride 2 and SAME padding, of the output of a layer.</summary>
    /// <param name="x">[N, C, H, W], not negative.</param>
    /// <returns>[N, C, ⌈H / 2⌉, ⌈W / 2⌉].</returns>
    public static Tensor MaxPoolSame(this Activation x) => x.Value.MaxPoolSame();

    /// <summary>
    /// 2×2 average pool with SAME padding, before the 1×1 convolution of a skip connection (ResNet-D; He et al., 2019). At stride 1 the
    /// padding is left out of the averages, which is the same as repeating the last row and column. At stride 2 an odd side is padded with
    /// zeros, which count.
    /// </summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="stride">1 or 2.</param>
    /// <returns>[N, C, ⌈H / stride⌉, ⌈W / stride⌉].</returns>
    public static Tensor AveragePoolSame(this Tensor x, int stride) =>
        stride == 1
            ? nn.functional.avg_pool2d(RepeatLast(RepeatLast(x, 2), 3), [2, 2], [1, 1])
            : nn.functional.avg_pool2d(PadOdd(x), [2, 2], [2, 2]);

    /// <summary>2×2 average pool with SAME padding, of the output of a layer.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="stride">1 or 2.</param>
    /// <returns>[N, C, ⌈H / stride⌉, ⌈W / stride⌉].</returns>
    public static Tensor AveragePoolSame(this Activation x, int stride) => x.Value.AveragePoolSame(stride);

    /// <summary>Global average pooling: the mean over height and width.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>[N, C].</returns>
    public static Tensor GlobalMean(this Tensor x) => x.mean([2, 3]);

    /// <summary>Global average pooling of the output of a layer.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>[N, C].</returns>
    public static Tensor GlobalMean(this Activation x) => x.Value.GlobalMean();

    // Even sides are not padded at all: padding by zero pixels would make a copy that stays in memory until the backward pass.
    private static Tensor PadOdd(Tensor x)
    {
        var (bottom, right) = (x.size(2) % 2, x.size(3) % 2);
        return bottom + right == 0 ? x : nn.functional.pad(x, [0, right, 0, bottom]);
    }

    // By cat rather than replication_pad2d, which not every libtorch has for bfloat16 on a CPU.
    private static Tensor RepeatLast(Tensor x, int dimension) => cat([x, x.narrow(dimension, x.size(dimension) - 1, 1)], dimension);
}
