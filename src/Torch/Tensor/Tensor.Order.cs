using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Op.Call("clamp", this, min, max);

        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Op.Call("clamp.Tensor", this, min, max);

        public Tensor clamp_min(Scalar min) => Op.Call("clamp_min", this, min);

        public Tensor clamp_max(Scalar max) => Op.Call("clamp_max", this, max);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Op.Mutate(this, "clamp_", this, min, max);

        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => Op.Mutate(this, "clamp_.Tensor", this, min, max);

        public Tensor clamp_min_(Scalar min) => Op.Mutate(this, "clamp_min_", this, min);

        public Tensor clamp_max_(Scalar max) => Op.Mutate(this, "clamp_max_", this, max);

        public Tensor clip(Scalar? min = null, Scalar? max = null) => Op.Call("clamp", this, min, max);

        public Tensor maximum(Tensor other) => Op.Call("maximum", this, other);

        public Tensor minimum(Tensor other) => Op.Call("minimum", this, other);

        public Tensor fmax(Tensor other) => Op.Call("fmax", this, other);

        public Tensor fmin(Tensor other) => Op.Call("fmin", this, other);

        public Tensor max() => Op.Call("max", this);

        public Tensor max(Tensor other) => Op.Call("max.other", this, other);

        public (Tensor, Tensor) max(long dim, bool keepdim = false) => Op.Pair("max.dim", this, dim, keepdim);

        public Tensor min() => Op.Call("min", this);

        public Tensor min(Tensor other) => Op.Call("min.other", this, other);

        public (Tensor, Tensor) min(long dim, bool keepdim = false) => Op.Pair("min.dim", this, dim, keepdim);

        public Tensor amax(params long[] dims) => Op.Call("amax", this, dims);

        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) =>
            @out is null ? Op.Call("amax", this, dims, keepdim) : Op.Mutate(@out, "amax.out", this, dims, keepdim, @out);

        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => amax(dims.ToArray(), keepdim, @out);

        public Tensor amin(params long[] dims) => Op.Call("amin", this, dims);

        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) =>
            @out is null ? Op.Call("amin", this, dims, keepdim) : Op.Mutate(@out, "amin.out", this, dims, keepdim, @out);

        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => amin(dims.ToArray(), keepdim, @out);

        public (Tensor, Tensor) aminmax(long? dim = null, bool keepdim = false) => Op.Pair("aminmax", this, dim, keepdim);

        public Tensor argmax() => Op.Call("argmax", this);

        public Tensor argmax(long dim, bool keepdim = false) => Op.Call("argmax", this, dim, keepdim);

        public Tensor argmin() => Op.Call("argmin", this);

        public Tensor argmin(long dim, bool keepdim = false) => Op.Call("argmin", this, dim, keepdim);

        public Tensor argsort(long dim = -1, bool descending = false) => Op.Call("argsort", this, dim, descending);

        public (Tensor, Tensor) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Op.Pair("sort.stable", this, stable, dim, descending);

        public Tensor msort() => Op.Call("msort", this);

        public (Tensor, Tensor) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Op.Pair("topk", this, k, dim, largest, sorted);

        public (Tensor, Tensor) kthvalue(long k, long? dim, bool keepdim = false) => Op.Pair("kthvalue", this, k, dim ?? -1, keepdim);

        public Tensor median() => Op.Call("median", this);

        public (Tensor, Tensor) mode(long dim = -1, bool keepdim = false) => Op.Pair("mode", this, dim, keepdim);

        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => Op.Call("quantile", this, q, dim, keepdim);
    }
}
