using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>
/// The weight initialisers of the reference code. They draw on the CPU, so that the same key gives the same weights whatever the device.
/// </summary>
internal static class Initializers
{
    // The standard deviation of a standard normal distribution that is truncated at ±2.
    private const double TruncatedDeviation = 0.87962566103423978;

    /// <summary>
    /// A convolution kernel, float32 [outputs, inputs, kernel, kernel]: truncated normal with standard deviation √(1 / fan-in), which is
    /// TensorFlow's variance scaling.
    /// </summary>
    public static Tensor Convolution(Key key, int inputs, int outputs, int kernel)
    {
        var deviation = Math.Sqrt(1.0 / (kernel * kernel * inputs)) / TruncatedDeviation;
        return TruncatedNormal(key, [outputs, inputs, kernel, kernel]).mul_(deviation);
    }

    /// <summary>A dense kernel, float32 [outputs, inputs]: normal with standard deviation 0.01.</summary>
    public static Tensor Dense(Key key, int inputs, int outputs)
    {
        using var generator = key.Generator();
        return randn([outputs, inputs], dtype: float32, generator: generator).mul_(0.01);
    }

    /// <summary>
    /// A standard normal distribution truncated at ±2, drawn by inverting its distribution function, which takes exactly one uniform number
    /// per value.
    /// </summary>
    private static Tensor TruncatedNormal(Key key, long[] shape)
    {
        // erf(√2), the probability that a standard normal lies within ±2.
        const double edge = 0.95449973610364158;
        using var generator = key.Generator();
        using var uniform = rand(shape, dtype: float64, generator: generator);
        return uniform.mul_(2 * edge).sub_(edge).erfinv_().mul_(Math.Sqrt(2)).to(float32);
    }
}
