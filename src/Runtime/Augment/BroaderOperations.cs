using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>
/// The operations that the paper adds to SimCLR's augmentation on CIFAR (App. G): "broader" colour operations and Sobel filtering. The
/// paper names neither the colour operations nor the probabilities. Equalising and solarising are taken from the stronger augmentation of
/// the first SimCLR.
/// </summary>
public static class BroaderOperations
{
    // The response of the Sobel kernels to a step of height 1.
    private const double SobelGain = 4;
    private const double Middle = 128;

    /// <summary>Equalises the histogram of each channel, on 256 levels, of each image with the given probability.</summary>
    /// <param name="images">float32 [N, C, H, W] in [0, 1].</param>
    /// <param name="key">Key of this batch and view. Whether image i is changed depends on this key and i only.</param>
    /// <param name="probability">Probability that an image is equalised.</param>
    public static Tensor Equalize(this Tensor images, Key key, double probability)
    {
        using var span = Spans.Of(StepPhase.Augment, "equalize");
        return images.Replace(Chance.Of(key, (int)images.size(0), probability), static x => OnBytes(x, PolicyOperations.Equalize));
    }

    /// <summary>Inverts all values of at least 128/255, of each image with the given probability.</summary>
    /// <param name="images">float32 [N, C, H, W] in [0, 1].</param>
    /// <param name="key">Key of this batch and view. Whether image i is changed depends on this key and i only.</param>
    /// <param name="probability">Probability that an image is solarised.</param>
    public static Tensor Solarize(this Tensor images, Key key, double probability)
    {
        using var span = Spans.Of(StepPhase.Augment, "solarize");
        return images.Replace(
            Chance.Of(key, (int)images.size(0), probability),
            static x => OnBytes(x, static bytes => PolicyOperations.Solarize(bytes, full_like(bytes, Middle)))
        );
    }

    /// <summary>
    /// Replaces each image, with the given probability, by the magnitude of its gradient, √(gx² + gy²), in each channel. gx and gy are the
    /// responses of the Sobel kernels divided by 4, with repeated borders, so that a step from black to white becomes white.
    /// </summary>
    /// <param name="images">float32 [N, C, H, W] in [0, 1].</param>
    /// <param name="key">Key of this batch and view. Whether image i is changed depends on this key and i only.</param>
    /// <param name="probability">Probability that an image is filtered.</param>
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
