using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests;

/// <summary>Tensors from and to numbers.</summary>
internal static class Values
{
    internal static float[] Floats(this Tensor values) =>
        values.numel() == 0 ? [] : values.to(ScalarType.Float32).contiguous().data<float>().ToArray();

    /// <summary>Whether two tensors hold the same numbers, to the bit.</summary>
    internal static bool Same(Tensor a, Tensor b) => a.Floats().SequenceEqual(b.Floats());

    /// <summary>The decoded images of a set in memory.</summary>
    internal static Tensor Pixels(this ImageSet set) => Assert.IsType<PixelSet>(set).Images;

    /// <summary>The decoded images of a batch.</summary>
    internal static Tensor Pixels(this ImageBatch batch) => Assert.IsType<PixelBatch>(batch).Pixels;

    /// <summary>The rows of a matrix, in double precision.</summary>
    internal static double[][] Rows(this Tensor matrix) =>
        [.. matrix.detach().Floats().Select(static value => (double)value).Chunk((int)matrix.shape[1])];

    /// <summary>Images whose pixels are the key's numbers: uint8 [n, c, height, width].</summary>
    internal static Tensor Images(int n, int c, int height, int width, long seed = 1)
    {
        var key = Key.FromSeed(seed);
        return tensor(Enumerable.Range(0, n * c * height * width).Select(i => (byte)key.Uniform(i, 0, 256)).ToArray())
            .reshape(n, c, height, width);
    }

    /// <summary>The same as float32 in [0, 1].</summary>
    internal static Tensor Pixels(int n, int c, int height, int width, long seed = 1) =>
        Images(n, c, height, width, seed).to(ScalarType.Float32).div(255);

    /// <summary>Number of images that are not the same in both batches.</summary>
    internal static int Differing(Tensor a, Tensor b)
    {
        var size = (int)(a.numel() / a.shape[0]);
        return a.Floats().Chunk(size).Zip(b.Floats().Chunk(size), static (x, y) => x.SequenceEqual(y)).Count(static same => !same);
    }

    internal static void Close(IReadOnlyList<float> expected, IReadOnlyList<float> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"[{i}]: expected {expected[i]}, found {actual[i]}");
        }
    }
}
