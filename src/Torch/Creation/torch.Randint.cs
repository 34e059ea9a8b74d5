using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor randint(
        long high,
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) => Randint(0, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        long low,
        long high,
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) => Randint(low, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        int high,
        int[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) => Randint(0, high, Array.ConvertAll(size, static extent => (long)extent), dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        int low,
        int high,
        int[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) => Randint(low, high, Array.ConvertAll(size, static extent => (long)extent), dtype, device, requires_grad, generator, names);

    public static Tensor randperm(
        long n,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null
    ) => Op.Call("randperm.generator", n, generator, dtype ?? ScalarType.Int64, Arg.None, device).requires_grad_(requires_grad);

    public static Tensor normal(
        double mean,
        double std,
        ReadOnlySpan<long> size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) => Unnamed(names, Op.Call("normal.float_float", mean, std, size, generator, dtype, Arg.None, device)).requires_grad_(requires_grad);

    private static Tensor Randint(
        long low,
        long high,
        long[] size,
        ScalarType? dtype,
        Device? device,
        bool grad,
        Generator? generator,
        string[]? names
    ) =>
        Unnamed(names, Op.Call("randint.low_generator", low, high, size, generator, dtype ?? ScalarType.Int64, Arg.None, device))
            .requires_grad_(grad);
}
