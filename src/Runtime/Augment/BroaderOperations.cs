using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>
/// What the paper adds to SimCLR's augmentation on CIFAR (App. G): "broader" colour operators and Sobel filtering. It gives neither operators
/// nor probabilities; equalising and solarising are those of SimCLR's first version's stronger augmentation.
/// </summary>
public static class BroaderOperations
{
    // Sobel's kernels answer a step of height one with 4.
    private const double SobelGain = 4;
    private const double Middle = 128;

    /// <summary>Evens out the histogram of each channel, on 256 levels, of images chosen with a probability.</summary>
    /// <param name="images">float32 [N, C, H, W] in [0, 1].</param>
    /// <param name="key">Of this batch and view; sample i draws from it and i alone.</param>
    /// <param name="probability">That an image is equalised.</param>
    public static Tensor Equalize(this Tensor images, Key key, double probability)
    {
        using var span = Spans.Of(StepPhase.Augment, "equalize");
        return images.Replace(Chance.Of(key, (int)images.size(0), probability), static x => OnBytes(x, PolicyOperations.Equalize));
    }

    /// <summary>Inverts pixels brighter than half, of images chosen with a probability.</summary>
    /// <param name="images">float32 [N, C, H, W] in [0, 1].</param>
    /// <param name="key">Of this batch and view; sample i draws from it and i alone.</param>
    /// <param name="probability">That an image is solarised.</param>
    public static Tensor Solarize(this Tensor images, Key key, double probability)
    {
        using var span = Spans.Of(StepPhase.Augment, "solarize");
        return images.Replace(
            Chance.Of(key, (int)images.size(0), probability),
            static x => OnBytes(x, static bytes => PolicyOperations.Solarize(bytes, full_like(bytes, Middle)))
        );
    }

    /// <summary>
    /// Puts the size of each channel's gradient, √(gx² + gy²) with Sobel's kernels over 4 and repeated borders, in place of images chosen with
    /// a probability: a step from black to white becomes white.
    /// </summary>
    /// <param name="images">float32 [N, C, H, W] in [0, 1].</param>
    /// <param name="key">Of this batch and view; sample i draws from it and i alone.</param>
    /// <param name="probability">That an image is filtered.</param>
    public static Tensor Sobel(this Tensor images, Key key, double probability)
    {
        using var span = Spans.Of(StepPhase.Augment, "sobel");
        return images.Replace(Chance.Of(key, (int)images.size(0), probability), Gradients);
    }

    private static Tensor Gradients(Tensor x)
    {
        var (n, c, h, w) = (x.size(0), x.size(1), x.size(2), x.size(3));
        var planes = nn.functional.pad(x.reshape(n * c, 1, h, w), [1, 1, 1, 1], TorchSharp.PaddingModes.Replicate);
        var across = tensor(new float[] { -1, 0, 1, -2, 0, 2, -1, 0, 1 }).div_(SobelGain).reshape(1, 1, 3, 3).Upload(x.device);
        var (gx, gy) = (nn.functional.conv2d(planes, across), nn.functional.conv2d(planes, across.transpose(2, 3).contiguous()));
        return gx.square().add_(gy.square()).sqrt_().clamp_(0, 1).reshape(n, c, h, w);
    }

    private static Tensor OnBytes(Tensor x, Func<Tensor, Tensor> operation) => operation(x.mul(255).round_()).div_(255);
}
