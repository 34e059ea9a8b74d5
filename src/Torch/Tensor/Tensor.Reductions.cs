using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Op.Call("sum", this, type);

        public Tensor prod(ScalarType? type = null) => Op.Call("prod", this, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) =>
            Op.Call("sum.dim_IntList", this, Arg.One(dim), keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) =>
            Op.Call("sum.dim_IntList", this, new long[] { dim0, dim1 }, keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) =>
            Op.Call("sum.dim_IntList", this, new long[] { dim0, dim1, dim2 }, keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) =>
            Op.Call("sum.dim_IntList", this, dim, keepdim, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            Op.Call("sum.dim_IntList", this, dim, keepdim, type);

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Op.Call("prod.dim_int", this, dim, keepdim, type);

        public Tensor mean() => Op.Call("mean", this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Op.Call("mean.dim", this, dimensions, keepdim, type);

        public Tensor nansum() => Op.Call("nansum", this);

        public Tensor std(bool unbiased = true) => Op.Call("std", this, unbiased);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Op.Call("std.dim", As(type), Arg.One(dim), unbiased, keepdim);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Op.Call("std.dim", As(type), dimensions, unbiased, keepdim);

        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Op.Call("std.dim", As(type), dimensions, unbiased, keepdim);

        public Tensor std((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Op.Call("std.dim", As(type), new long[] { dim.Item1, dim.Item2 }, unbiased, keepdim);

        public Tensor std((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Op.Call("std.dim", As(type), new long[] { dim.Item1, dim.Item2, dim.Item3 }, unbiased, keepdim);

        public (Tensor, Tensor) std_mean(bool unbiased = true) => Op.Pair("std_mean", this, unbiased);

        public (Tensor, Tensor) std_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Op.Pair("std_mean.dim", As(type), Arg.One(dim), unbiased, keepdim);

        public (Tensor, Tensor) std_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Op.Pair("std_mean.dim", As(type), dimensions, unbiased, keepdim);

        public (Tensor, Tensor) std_mean(
            ReadOnlySpan<long> dimensions,
            bool unbiased = true,
            bool keepdim = false,
            ScalarType? type = null
        ) => Op.Pair("std_mean.dim", As(type), dimensions, unbiased, keepdim);

        public Tensor var(bool unbiased = true) => Op.Call("var", this, unbiased);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Op.Call("var.dim", As(type), Arg.One(dim), unbiased, keepdim);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Op.Call("var.dim", As(type), dimensions, unbiased, keepdim);

        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Op.Call("var.dim", As(type), dimensions, unbiased, keepdim);

        public Tensor var((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Op.Call("var.dim", As(type), new long[] { dim.Item1, dim.Item2 }, unbiased, keepdim);

        public Tensor var((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Op.Call("var.dim", As(type), new long[] { dim.Item1, dim.Item2, dim.Item3 }, unbiased, keepdim);

        public (Tensor, Tensor) var_mean(bool unbiased = true) => Op.Pair("var_mean", this, unbiased);

        public (Tensor, Tensor) var_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Op.Pair("var_mean.dim", As(type), Arg.One(dim), unbiased, keepdim);

        public (Tensor, Tensor) var_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Op.Pair("var_mean.dim", As(type), dimensions, unbiased, keepdim);

        public (Tensor, Tensor) var_mean(
            ReadOnlySpan<long> dimensions,
            bool unbiased = true,
            bool keepdim = false,
            ScalarType? type = null
        ) => Op.Pair("var_mean.dim", As(type), dimensions, unbiased, keepdim);

        public Tensor norm(float p = 2) => Op.Call("norm.Scalar", this, p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2) => Op.Call("norm.ScalarOpt_dim", this, p, Arg.One(dim), keepdim);

        public Tensor dist(Tensor other, float p = 2) => Op.Call("dist", this, other, p);

        public Tensor logsumexp(long dim, bool keepdim = false) => Op.Call("logsumexp", this, Arg.One(dim), keepdim);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Op.Call("softmax.int", this, dim, dtype);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Op.Call("log_softmax.int", this, dim, dtype);

        public Tensor cumsum(long dim, ScalarType? type = null) => Op.Call("cumsum", this, dim, type);

        public Tensor cumprod(long dim, ScalarType? type = null) => Op.Call("cumprod", this, dim, type);

        public Tensor logcumsumexp(long dim) => Op.Call("logcumsumexp", this, dim);

        public (Tensor, Tensor) cummax(long dim) => Op.Pair("cummax", this, dim);

        public (Tensor, Tensor) cummin(long dim) => Op.Pair("cummin", this, dim);

        public Tensor diff(long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null) =>
            Op.Call("diff", this, n, dim, prepend, append);

        public Tensor any() => Op.Call("any", this);

        public Tensor any(long dim, bool keepdim = false) => Op.Call("any.dim", this, dim, keepdim);

        public Tensor all() => Op.Call("all", this);

        public Tensor all(long dim, bool keepdim = false) => Op.Call("all.dim", this, dim, keepdim);

        public Tensor count_nonzero(long[]? dims = null) =>
            dims is null ? Op.Call("count_nonzero", this) : Op.Call("count_nonzero.dim_IntList", this, dims);

        public Tensor bincount(Tensor weights, long minlength = 0) => Op.Call("bincount", this, weights, minlength);

        public Tensor histc(long bins = 100, long min = 0, long max = 0) => Op.Call("histc", this, bins, min, max);

        public Tensor trace() => Op.Call("trace", this);

        /// <summary>This tensor, or a copy of another type.</summary>
        private Tensor As(ScalarType? type) => type is ScalarType given && given != dtype ? to_type(given) : this;
    }
}
