using System.Runtime.InteropServices;
using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Native;

/// <summary>
/// The passes over images that are compiled for several instruction sets, in the sets that the processor would not choose. The units that
/// they are parts of have tests of their own, in the set that it chooses.
/// </summary>
public sealed unsafe class InstructionSetTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<int, int, int, int> Cases =>
        new()
        {
            // the set, 0 for float32 or 1 for bfloat16, rows, channels
            { 0, 0, 300, 20 }, // more rows than are summed at a time, channels that fill no vector
            { 0, 1, 300, 20 },
            { 0, 1, 7, 1100 }, // more channels than are summed at a time
            { 1, 0, 300, 20 },
            { 1, 1, 300, 20 },
            { 1, 1, 7, 1100 },
            { 1, 1, 530, 96 },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Batch_norms_are_the_same_in_every_set(int set, int element, int rows, int channels)
    {
        var type = element == 1 ? ScalarType.BFloat16 : ScalarType.Float32;
        var shape = new NormShape(rows, channels, element);
        manual_seed(1);
        var (x, g, y) = (randn(rows, channels).to(type), randn(rows, channels).to(type), randn(rows, channels).to(type));
        var (a, b, mean, inverse) = (rand(channels).add_(0.5), randn(channels), randn(channels), rand(channels).add_(0.5));
        foreach (var results in InBoth(set, Results))
        {
            Near(results.Expected, results.Found, element == 1 ? 1.0 / 128 : 1e-5);
        }

        List<Tensor> Results(nint library)
        {
            var (moments, sums) = (zeros(2, channels, dtype: float64), zeros(2, channels, dtype: float64));
            var (again, masked, dx) = (zeros_like(x), zeros_like(x), zeros_like(x));
            var (dscale, dshift) = (zeros(channels), zeros(channels));
            ((delegate* unmanaged<NormShape, void*, void*, void>)Of(library, "simclr_norm_moments"))(shape, At(x), At(moments));
            ((delegate* unmanaged<NormShape, void*, void*, void*, void*, int, void*, void>)Of(library, "simclr_norm_again"))(
                shape,
                At(x),
                At(g),
                At(a),
                At(b),
                1,
                At(again)
            );
            (
                (delegate* unmanaged<NormShape, void*, void*, void*, void*, void*, void*, void*, int, void*, void*, void*, void*, void>)Of(
                    library,
                    "simclr_norm_sums"
                )
            )(shape, At(g), At(x), At(y), At(a), At(b), At(mean), At(inverse), 1, At(masked), At(sums), At(dscale), At(dshift));
            (
                (delegate* unmanaged<NormShape, void*, void*, void*, void*, void*, void*, int, void*, long, void*, void>)Of(
                    library,
                    "simclr_norm_gradient"
                )
            )(shape, At(g), At(x), At(a), At(b), At(mean), At(inverse), 1, At(sums), rows, At(dx));
            return [moments, again, sums, masked, dscale, dshift, dx];
        }
    }

    [Theory]
    [InlineData(0, 0, 20)]
    [InlineData(0, 1, 64)]
    [InlineData(1, 0, 64)]
    [InlineData(1, 1, 20)]
    public void Max_pools_are_the_same_in_every_set_to_the_bit(int set, int element, int channels)
    {
        var type = element == 1 ? ScalarType.BFloat16 : ScalarType.Float32;
        var shape = new ImageShape(2, 7, 8, channels, element);
        manual_seed(1);
        var (x, g) = (randn(2, 7, 8, channels).to(type), randn(2, 4, 4, channels).to(type));
        foreach (var results in InBoth(set, Results))
        {
            Assert.True(results.Expected.Equals(results.Found));
        }

        List<Tensor> Results(nint library)
        {
            var (y, choices, dx) = (zeros_like(g), zeros(g.shape, dtype: uint8), zeros_like(x));
            ((delegate* unmanaged<ImageShape, void*, void*, void*, void>)Of(library, "simclr_max_pool"))(shape, At(x), At(y), At(choices));
            ((delegate* unmanaged<ImageShape, void*, void*, void*, void>)Of(library, "simclr_max_pool_gradient"))(
                shape,
                At(g),
                At(choices),
                At(dx)
            );
            return [y, choices, dx];
        }
    }

    [Theory]
    [InlineData(0, 3, 64, 7, 2)]
    [InlineData(0, 1, 16, 3, 1)]
    [InlineData(1, 3, 64, 7, 2)]
    [InlineData(1, 1, 16, 3, 1)]
    [InlineData(1, 3, 96, 3, 2)]
    public void The_first_convolution_is_the_same_in_every_set(int set, int channels, int outputs, int side, int stride)
    {
        var shape = new ConvolutionShape(3, 17, 19, channels, outputs, side, stride, side / 2, Element: 1);
        long Reduced(long length) => ((length + (2 * (side / 2)) - side) / stride) + 1;
        manual_seed(1);
        var (x, kernel) = (randn(3, 17, 19, 2 * channels).to(bfloat16), randn(outputs, channels, side, side));
        var dy = randn(3, Reduced(17), Reduced(19), outputs).to(bfloat16);
        foreach (var results in InBoth(set, Results))
        {
            Near(results.Expected, results.Found, results.Found.dtype == bfloat16 ? 1.0 / 128 : 1e-5);
        }

        List<Tensor> Results(nint library)
        {
            var (y, dkernel) = (zeros_like(dy), zeros_like(kernel));
            ((delegate* unmanaged<ConvolutionShape, void*, void*, void*, void>)Of(library, "simclr_stem"))(shape, At(x), At(kernel), At(y));
            ((delegate* unmanaged<ConvolutionShape, void*, void*, void*, void>)Of(library, "simclr_stem_kernel_gradient"))(
                shape,
                At(x),
                At(dy),
                At(dkernel)
            );
            return [y, dkernel];
        }
    }

    // By the library as it is, and by a copy of it that is limited to a set.
    private IEnumerable<(Tensor Expected, Tensor Found)> InBoth(int set, Func<nint, List<Tensor>> results)
    {
        var copy = Path.Combine(folder.Path, "copy.so");
        File.Copy(Kernels.File!, copy);
        var limited = NativeLibrary.Load(copy);
        ((delegate* unmanaged<int, void>)Of(limited, "simclr_limit_instructions"))(set);
        var name = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)Of(limited, "simclr_instructions"))());
        Assert.Equal(set == 0 ? "plain" : "avx2", name);
        return results(NativeLibrary.Load(Kernels.File!)).Zip(results(limited));
    }

    // Of the largest value.
    private static void Near(Tensor expected, Tensor found, double tolerance)
    {
        var (wide, largest) = (expected.to(float64), expected.to(float64).abs().max().item<double>());
        Assert.InRange((wide - found.to(float64)).abs().max().item<double>(), 0, tolerance * largest);
    }

    private static nint Of(nint library, string function) => NativeLibrary.GetExport(library, function);

    private static void* At(Tensor tensor) => Aten.Pointer(tensor);
}
