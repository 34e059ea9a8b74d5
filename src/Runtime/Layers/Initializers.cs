using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Layers;

/// <summary>Initial weights of the reference implementation. The same key gives the same numbers on every device: they are drawn on the CPU.</summary>
internal static class Initializers
{
    // A normal cut at ±2σ keeps this share of its standard deviation.
    private const double TruncatedDeviation = 0.87962566103423978;

    /// <summary>Convolution kernel [outputs, inputs, kernel, kernel]: variance scaling by fan-in, truncated normal, std √(1 / fan-in).</summary>
    public static Tensor Convolution(Key key, int inputs, int outputs, int kernel)
    {
        var deviation = Math.Sqrt(1.0 / (kernel * kernel * inputs)) / TruncatedDeviation;
        return TruncatedNormal(key, [outputs, inputs, kernel, kernel]).mul_(deviation);
    }

    /// <summary>Dense kernel [outputs, inputs]: normal, std 0.01.</summary>
    public static Tensor Dense(Key key, int inputs, int outputs)
    {
        using var generator = key.Generator();
        return randn([outputs, inputs], dtype: float32, generator: generator).mul_(0.01);
    }

    /// <summary>A standard normal cut at ±2, by inversion of its distribution function: one uniform number a value, no rejection.</summary>
    private static Tensor TruncatedNormal(Key key, long[] shape)
    {
        // Φ(±2) in terms of erf: erf(±√2).
        const double edge = 0.95449973610364158;
        using var generator = key.Generator();
        using var uniform = rand(shape, dtype: float64, generator: generator);
        return uniform.mul_(2 * edge).sub_(edge).erfinv_().mul_(Math.Sqrt(2)).to(float32);
    }
}
