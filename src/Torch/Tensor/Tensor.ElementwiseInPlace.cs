using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs_() => Op.Mutate(this, "abs_", this);

        public Tensor neg_() => Op.Mutate(this, "neg_", this);

        public Tensor sqrt_() => Op.Mutate(this, "sqrt_", this);

        public Tensor rsqrt_() => Op.Mutate(this, "rsqrt_", this);

        public Tensor exp_() => Op.Mutate(this, "exp_", this);

        public Tensor exp2_() => Op.Mutate(this, "exp2_", this);

        public Tensor expm1_() => Op.Mutate(this, "expm1_", this);

        public Tensor log_() => Op.Mutate(this, "log_", this);

        public Tensor log1p_() => Op.Mutate(this, "log1p_", this);

        public Tensor log2_() => Op.Mutate(this, "log2_", this);

        public Tensor log10_() => Op.Mutate(this, "log10_", this);

        public Tensor sign_() => Op.Mutate(this, "sign_", this);

        public Tensor floor_() => Op.Mutate(this, "floor_", this);

        public Tensor ceil_() => Op.Mutate(this, "ceil_", this);

        public Tensor trunc_() => Op.Mutate(this, "trunc_", this);

        public Tensor frac_() => Op.Mutate(this, "frac_", this);

        public Tensor reciprocal_() => Op.Mutate(this, "reciprocal_", this);

        public Tensor sin_() => Op.Mutate(this, "sin_", this);

        public Tensor cos_() => Op.Mutate(this, "cos_", this);

        public Tensor tan_() => Op.Mutate(this, "tan_", this);

        public Tensor sinh_() => Op.Mutate(this, "sinh_", this);

        public Tensor cosh_() => Op.Mutate(this, "cosh_", this);

        public Tensor tanh_() => Op.Mutate(this, "tanh_", this);

        public Tensor sigmoid_() => Op.Mutate(this, "sigmoid_", this);

        public Tensor erf_() => Op.Mutate(this, "erf_", this);

        public Tensor erfinv_() => Op.Mutate(this, "erfinv_", this);

        public Tensor relu_() => Op.Mutate(this, "relu_", this);

        public Tensor relu6_() => Op.Mutate(this, "relu6_", this);

        public Tensor silu_() => Op.Mutate(this, "silu_", this);

        public Tensor logical_not_() => Op.Mutate(this, "logical_not_", this);

        public Tensor bitwise_not_() => Op.Mutate(this, "bitwise_not_", this);

        public Tensor hardsigmoid_() => Op.Mutate(this, "hardsigmoid_", this);

        public Tensor hardswish_() => Op.Mutate(this, "hardswish_", this);

        public Tensor round_(long decimals = 0) =>
            decimals == 0 ? Op.Mutate(this, "round_", this) : Op.Mutate(this, "round_.decimals", this, decimals);

        public Tensor leaky_relu_(Scalar negative_slope) => Op.Mutate(this, "leaky_relu_", this, negative_slope);

        public Tensor hardtanh_(Scalar min, Scalar max) => Op.Mutate(this, "hardtanh_", this, min, max);

        public Tensor zero_() => Op.Mutate(this, "zero_", this);

        public Tensor fill_(Scalar value) => Op.Mutate(this, "fill_.Scalar", this, value);

        public Tensor copy_(Tensor source, bool nonBlocking = false) => Op.Mutate(this, "copy_", this, source, nonBlocking);

        public Tensor set_(Tensor source) => Op.Mutate(this, "set_.source_Tensor", this, source);

        public Tensor detach_() => Op.Mutate(this, "detach_", this);
    }
}
