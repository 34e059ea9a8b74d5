using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs() => Op.Call("abs", this);

        public Tensor absolute() => Op.Call("abs", this);

        public Tensor neg() => Op.Call("neg", this);

        public Tensor negative() => Op.Call("neg", this);

        public Tensor positive() => Op.Call("positive", this);

        public Tensor sqrt() => Op.Call("sqrt", this);

        public Tensor rsqrt() => Op.Call("rsqrt", this);

        public Tensor square() => Op.Call("square", this);

        public Tensor exp() => Op.Call("exp", this);

        public Tensor exp2() => Op.Call("exp2", this);

        public Tensor expm1() => Op.Call("expm1", this);

        public Tensor log() => Op.Call("log", this);

        public Tensor log1p() => Op.Call("log1p", this);

        public Tensor log2() => Op.Call("log2", this);

        public Tensor log10() => Op.Call("log10", this);

        public Tensor sign() => Op.Call("sign", this);

        public Tensor sgn() => Op.Call("sgn", this);

        public Tensor signbit() => Op.Call("signbit", this);

        public Tensor floor() => Op.Call("floor", this);

        public Tensor ceil() => Op.Call("ceil", this);

        public Tensor trunc() => Op.Call("trunc", this);

        public Tensor frac() => Op.Call("frac", this);

        public Tensor reciprocal() => Op.Call("reciprocal", this);

        public Tensor sin() => Op.Call("sin", this);

        public Tensor cos() => Op.Call("cos", this);

        public Tensor tan() => Op.Call("tan", this);

        public Tensor asin() => Op.Call("asin", this);

        public Tensor acos() => Op.Call("acos", this);

        public Tensor atan() => Op.Call("atan", this);

        public Tensor sinh() => Op.Call("sinh", this);

        public Tensor cosh() => Op.Call("cosh", this);

        public Tensor tanh() => Op.Call("tanh", this);

        public Tensor sigmoid() => Op.Call("sigmoid", this);

        public Tensor erf() => Op.Call("erf", this);

        public Tensor erfc() => Op.Call("erfc", this);

        public Tensor erfinv() => Op.Call("erfinv", this);

        public Tensor relu() => Op.Call("relu", this);

        public Tensor relu6() => Op.Call("relu6", this);

        public Tensor silu() => Op.Call("silu", this);

        public Tensor isnan() => Op.Call("isnan", this);

        public Tensor isfinite() => Op.Call("isfinite", this);

        public Tensor isinf() => Op.Call("isinf", this);

        public Tensor isposinf() => Op.Call("isposinf", this);

        public Tensor isneginf() => Op.Call("isneginf", this);

        public Tensor logical_not() => Op.Call("logical_not", this);

        public Tensor bitwise_not() => Op.Call("bitwise_not", this);

        public Tensor lgamma() => Op.Call("lgamma", this);

        public Tensor digamma() => Op.Call("digamma", this);

        public Tensor selu() => Op.Call("selu", this);

        public Tensor hardsigmoid() => Op.Call("hardsigmoid", this);

        public Tensor hardswish() => Op.Call("hardswish", this);

        public Tensor round(long decimals = 0) => decimals == 0 ? Op.Call("round", this) : Op.Call("round.decimals", this, decimals);

        public Tensor celu() => Op.Call("celu", this);

        public Tensor gelu() => Op.Call("gelu", this);

        public Tensor log_sigmoid() => Op.Call("log_sigmoid", this);

        public Tensor leaky_relu(Scalar negative_slope) => Op.Call("leaky_relu", this, negative_slope);

        public Tensor elu(double alpha = 1) => Op.Call("elu", this, alpha);

        public Tensor hardtanh(Scalar min, Scalar max) => Op.Call("hardtanh", this, min, max);

        public Tensor softplus(double beta = 1, double threshold = 20) => Op.Call("softplus", this, beta, threshold);

        public Tensor threshold(Scalar threshold, Scalar value) => Op.Call("threshold", this, threshold, value);

        public Tensor logit(double? eps = null) => Op.Call("logit", this, eps);

        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) =>
            Op.Call("nan_to_num", this, nan, posinf, neginf);
    }
}
