using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Op.Call("arange", stop, dtype, Arg.None, device).requires_grad_(requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Op.Call("arange.start", start, stop, dtype, Arg.None, device).requires_grad_(requires_grad);

    public static Tensor arange(
        Scalar start,
        Scalar stop,
        Scalar step,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => Op.Call("arange.start_step", start, stop, step, dtype, Arg.None, device).requires_grad_(requires_grad);

    public static Tensor linspace(
        double start,
        double end,
        long steps,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => Op.Call("linspace", start, end, steps, dtype, Arg.None, device).requires_grad_(requires_grad);

    public static Tensor eye(
        long rows,
        long columns = -1,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Unnamed(names, Op.Call("eye.m", rows, columns < 0 ? rows : columns, dtype, Arg.None, device)).requires_grad_(requires_grad);

    public static Tensor empty_strided(
        long[] size,
        long[] strides,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Unnamed(names, Op.Call("empty_strided", size, strides, dtype, Arg.None, device)).requires_grad_(requires_grad);

    public static Tensor tril_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) =>
        Op.Call("tril_indices", row, col, offset, dtype, Arg.None, device);

    public static Tensor triu_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) =>
        Op.Call("triu_indices", row, col, offset, dtype, Arg.None, device);

    /// <summary>Named dimensions are in TorchSharp's signatures, but not in this library.</summary>
    private static Tensor Unnamed(string[]? names, Tensor tensor) =>
        names is null ? tensor : throw new NotSupportedException("Named dimensions are not supported.");
}
