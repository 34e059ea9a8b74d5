using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Augment;

/// <summary>SimCLR's random Gaussian blur (App. A of SimCLR).</summary>
public static class Blurring
{
    /// <summary>
    /// Blurs each image with the given probability. The kernel is a tenth of the image's side wide (23 taps at 224 px). Its standard
    /// deviation, uniform in [0.1, 2) px, is drawn once for the batch, as in the reference code, which blurs after batching. Outside the
    /// image all pixels count as black.
    /// </summary>
    /// <param name="images">float32 [N, C, H, W] in [0, 1].</param>
    /// <param name="key">Key of this batch and view. Whether image i is blurred depends on this key and i only.</param>
    /// <param name="probability">Probability that an image is blurred.</param>
    /// <returns>float32 [N, C, H, W] in [0, 1].</returns>
    public static Tensor Blur(this Tensor images, Key key, double probability)
    {
        using var span = Spans.Of(StepPhase.Augment, "blur");
        var own = key.At("blur");
        var kernel = Kernel(radius: (int)images.shape[2] / 10 / 2, sigma: own.At("sigma").Uniform(0, 0.1, 2.0));
        var chosen = Chance.Of(own, (int)images.shape[0], probability);
        return Array.TrueForAll(chosen, static hit => !hit) ? images
            : ViewKernels.Supports(images, ScalarType.Float32) ? ViewKernels.Blur(images, chosen, kernel)
            : ByOperators(images, chosen, kernel);
    }

    /// <summary>Blurs the chosen images with libtorch's operators, on any device.</summary>
    internal static Tensor ByOperators(Tensor images, bool[] chosen, float[] kernel) => images.Replace(chosen, x => Gaussian(x, kernel));

    /// <summary>A sampled Gaussian with 2 · radius + 1 weights that sum to one.</summary>
    internal static float[] Kernel(int radius, double sigma)
    {
        var weights = Enumerable.Range(-radius, (2 * radius) + 1).Select(x => Math.Exp(-x * x / (2 * sigma * sigma))).ToArray();
        return Array.ConvertAll(weights, weight => (float)(weight / weights.Sum()));
    }

    // A separable convolution: vertical, then horizontal. The channels are folded into the batch, so that one kernel serves them all.
    private static Tensor Gaussian(Tensor x, float[] kernel)
    {
        var (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        long taps = kernel.Length;
        var weights = tensor(kernel).Upload(x.device);
        var planes = x.reshape(n * c, 1, h, w);
        var down = nn.functional.conv2d(planes, weights.reshape(1, 1, taps, 1), padding: [taps / 2, 0]);
        var across = nn.functional.conv2d(down, weights.reshape(1, 1, 1, taps), padding: [0, taps / 2]);
        return across.reshape(n, c, h, w).clamp_(0, 1);
    }
}
