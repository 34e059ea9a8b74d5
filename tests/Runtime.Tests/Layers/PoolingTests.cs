using SimClrDsl.Runtime.Layers;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Layers;

public sealed class PoolingTests
{
    // 0 1 2 3 / 4 5 6 7 / 8 9 10 11 / 12 13 14 15
    private static readonly Tensor Even = arange(16, dtype: ScalarType.Float32).reshape(1, 1, 4, 4);

    private static readonly Tensor Odd = arange(9, dtype: ScalarType.Float32).reshape(1, 1, 3, 3);

    [Fact]
    public void Max_pool_of_an_even_side_starts_at_the_first_pixel() => Assert.Equal([10f, 11, 14, 15], Even.MaxPoolSame().Floats());

    [Fact]
    public void Max_pool_of_an_odd_side_pads_both_ends() => Assert.Equal([4f, 5, 7, 8], Odd.MaxPoolSame().Floats());

    [Fact]
    public void Average_pool_of_stride_1_keeps_the_size_and_leaves_padding_out() =>
        Values.Close([2, 3, 3.5f, 5, 6, 6.5f, 6.5f, 7.5f, 8], Odd.AveragePoolSame(stride: 1).Floats(), 1e-6);

    [Fact]
    public void Average_pool_of_stride_2_counts_the_zeros_that_pad_an_odd_side()
    {
        Values.Close([2.5f, 4.5f, 10.5f, 12.5f], Even.AveragePoolSame(stride: 2).Floats(), 1e-6);
        Values.Close([2, 7 / 4f, 13 / 4f, 2], Odd.AveragePoolSame(stride: 2).Floats(), 1e-6);
    }

    [Fact]
    public void Global_mean_is_over_pixels() => Values.Close([7.5f], Even.GlobalMean().Floats(), 1e-6);
}
