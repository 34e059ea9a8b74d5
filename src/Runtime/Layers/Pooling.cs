using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>Pooling with TensorFlow's padding, as the reference implementation and its checkpoints use it.</summary>
public static class Pooling
{
    /// <summary>
    /// 3×3 max-pool of stride 2 with SAME padding: [N, C, H, W] to [N, C, ⌈H / 2⌉, ⌈W / 2⌉]. For an even side the one padded row is at the
    /// bottom, so windows start one pixel later than PyTorch's padding 1. Values are after a ReLU, so zeros pad.
    /// </summary>
    public static Tensor MaxPoolSame(this Tensor x)
    {
        if (Kernels.Take(x))
        {
            return MaxPoolFunction.Apply(x);
        }

        var (top, left) = (x.size(2) % 2, x.size(3) % 2);
        return nn.functional.max_pool2d(nn.functional.pad(x, [left, 1, top, 1]), kernel_size: [3, 3], strides: [2, 2]);
    }

    /// <summary>The same of what a unit hands on.</summary>
    public static Tensor MaxPoolSame(this Activation x) => x.Value.MaxPoolSame();

    /// <summary>
    /// ResNet-D's 2×2 average pool before a skip's convolution. At stride 1 the last row and column are averaged without the padding, which
    /// is the same as repeating them; at stride 2 zeros pad an odd side and count.
    /// </summary>
    public static Tensor AveragePoolSame(this Tensor x, int stride) =>
        stride == 1
            ? nn.functional.avg_pool2d(RepeatLast(RepeatLast(x, 2), 3), [2, 2], [1, 1])
            : nn.functional.avg_pool2d(PadOdd(x), [2, 2], [2, 2]);

    /// <summary>Mean over height and width: [N, C, H, W] to [N, C].</summary>
    public static Tensor GlobalMean(this Tensor x) => x.mean([2, 3]);

    // Even sides as they are: padding by nothing is a copy, which the backward pass would keep.
    private static Tensor PadOdd(Tensor x)
    {
        var (bottom, right) = (x.size(2) % 2, x.size(3) % 2);
        return bottom + right == 0 ? x : nn.functional.pad(x, [0, right, 0, bottom]);
    }

    // Not by replicating padding: libtorch 1.13 has none for bfloat16 on a CPU.
    private static Tensor RepeatLast(Tensor x, int dimension) => cat([x, x.narrow(dimension, x.size(dimension) - 1, 1)], dimension);
}
