using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SimClrDsl.Bench.Peers;

/// <summary>
/// Layers whose weights follow the type of what they are given: TorchSharp has no autocast, so the tuned peer's bf16 is a cast of each
/// kernel before its use, which is what autocast does.
/// </summary>
internal static class Mixed
{
    public static Tensor Convolve(Conv2d conv, Tensor x)
    {
        if (conv.weight.dtype == x.dtype)
        {
            return conv.call(x);
        }

        using var kernel = conv.weight.to(x.dtype);
        return functional.conv2d(x, kernel, strides: conv.stride, padding: conv.padding);
    }

    public static Tensor Multiply(Linear dense, Tensor x)
    {
        if (dense.weight.dtype == x.dtype)
        {
            return dense.call(x);
        }

        using var kernel = dense.weight.to(x.dtype);
        return functional.linear(x, kernel);
    }
}

/// <summary>Convolution without a bias, batch norm.</summary>
internal class ConvNorm : Module<Tensor, Tensor>
{
    private readonly Conv2d conv;
    private readonly BatchNorm2d norm;

    public ConvNorm(long inputs, long outputs, long kernel, long stride = 1)
        : base(nameof(ConvNorm))
    {
        conv = Conv2d(inputs, outputs, kernel, stride, (kernel - 1) / 2, bias: false);
        norm = BatchNorm2d(outputs);
        register_module("conv", conv);
        register_module("norm", norm);
    }

    public override Tensor forward(Tensor x)
    {
        using var y = Mixed.Convolve(conv, x);
        return norm.call(y);
    }
}

/// <summary>Convolution, batch norm, ReLU.</summary>
internal sealed class ConvNormRelu(long inputs, long outputs, long kernel, long stride = 1) : ConvNorm(inputs, outputs, kernel, stride)
{
    public override Tensor forward(Tensor x)
    {
        using var y = base.forward(x);
        return functional.relu(y, inplace: true);
    }
}

/// <summary>A selective-kernel unit: a softmax over two streams is a sigmoid of the difference of their logits.</summary>
internal sealed class Selective : Module<Tensor, Tensor>
{
    private readonly ConvNormRelu streams;
    private readonly ConvNormRelu squeeze;
    private readonly Conv2d expand;

    public Selective(long inputs, long channels, long stride, long squeezed)
        : base(nameof(Selective))
    {
        streams = new(inputs, 2 * channels, 3, stride);
        squeeze = new(channels, squeezed, 1);
        expand = Conv2d(squeezed, 2 * channels, 1, bias: false);
        register_module("streams", streams);
        register_module("squeeze", squeeze);
        register_module("expand", expand);
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var both = streams.call(x).chunk(2, 1);
        var (first, second) = (both[0], both[1]);
        var pooled = (first + second).mean([2, 3], keepdim: true);
        var logits = Mixed.Convolve(expand, squeeze.call(pooled)).chunk(2, 1);
        return (second + (first - second) * sigmoid(logits[0] - logits[1])).MoveToOuterDisposeScope();
    }
}

/// <summary>ResNet-D's skip: a 2x2 average pool that keeps the side, or halves it and rounds up, then a 1x1 convolution.</summary>
internal sealed class PooledSkip(long inputs, long outputs, long stride) : ConvNorm(inputs, outputs, kernel: 1)
{
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (x.size(2), x.size(3));
        if (stride == 1)
        {
            x = cat([x, x.narrow(2, height - 1, 1)], 2);
            x = cat([x, x.narrow(3, width - 1, 1)], 3);
        }
        else if (height % 2 == 1 || width % 2 == 1)
        {
            x = functional.pad(x, (0, width % 2, 0, height % 2));
        }

        return base.forward(functional.avg_pool2d(x, 2, stride)).MoveToOuterDisposeScope();
    }
}

/// <summary>3x3, stride 2, with TensorFlow's SAME padding: one row after an even side, which the ceiling gives without a copy.</summary>
internal sealed class MaxPoolSame() : Module<Tensor, Tensor>(nameof(MaxPoolSame))
{
    public override Tensor forward(Tensor x) =>
        x.size(2) % 2 == 0 ? functional.max_pool2d(x, 3, 2, ceil_mode: true) : functional.max_pool2d(x, 3, 2, padding: 1);
}

/// <summary>Dense, batch norm, ReLU; the last one has a scale and no shift, and no ReLU.</summary>
internal sealed class HeadLayer : Module<Tensor, Tensor>
{
    private readonly Linear dense;
    private readonly BatchNorm1d norm;
    private readonly bool last;

    public HeadLayer(long inputs, long outputs, bool last)
        : base(nameof(HeadLayer))
    {
        this.last = last;
        dense = Linear(inputs, outputs, hasBias: false);
        norm = BatchNorm1d(outputs);
        norm.bias!.requires_grad = !last;
        register_module("dense", dense);
        register_module(last ? "gamma" : "norm", norm);
    }

    public override Tensor forward(Tensor x)
    {
        using var product = Mixed.Multiply(dense, x);
        var y = norm.call(product);
        if (last)
        {
            return y;
        }

        using (y)
        {
            return functional.relu(y, inplace: true);
        }
    }
}
