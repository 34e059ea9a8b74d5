using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor add(Tensor target) => Op.Call("add.Tensor", this, target);

        public Tensor add(Tensor target, Scalar alpha) => Op.Call("add.Tensor", this, target, alpha);

        public Tensor add(Scalar scalar) => Op.Call("add.Scalar", this, scalar);

        public Tensor add(Scalar scalar, Scalar alpha) => Op.Call("add.Scalar", this, scalar, alpha);

        public Tensor sub(Tensor target) => Op.Call("sub.Tensor", this, target);

        public Tensor sub(Scalar target) => Op.Call("sub.Scalar", this, target);

        public Tensor subtract(Tensor target) => Op.Call("sub.Tensor", this, target);

        public Tensor subtract(Scalar target) => Op.Call("sub.Scalar", this, target);

        public Tensor mul(Tensor target) => Op.Call("mul.Tensor", this, target);

        public Tensor mul(Scalar target) => Op.Call("mul.Scalar", this, target);

        public Tensor multiply(Tensor target) => Op.Call("mul.Tensor", this, target);

        public Tensor multiply(Scalar target) => Op.Call("mul.Scalar", this, target);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            rounding_mode == RoundingMode.None
                ? Op.Call("div.Tensor", this, target)
                : Op.Call("div.Tensor_mode", this, target, Rounding(rounding_mode));

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            rounding_mode == RoundingMode.None
                ? Op.Call("div.Scalar", this, target)
                : Op.Call("div.Scalar_mode", this, target, Rounding(rounding_mode));

        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            rounding_mode == RoundingMode.None
                ? Op.Call("div.Tensor", this, target)
                : Op.Call("div.Tensor_mode", this, target, Rounding(rounding_mode));

        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            rounding_mode == RoundingMode.None
                ? Op.Call("div.Scalar", this, target)
                : Op.Call("div.Scalar_mode", this, target, Rounding(rounding_mode));

        public Tensor true_divide(Tensor other) => Op.Call("true_divide.Tensor", this, other);

        public Tensor pow(Tensor exponent) => Op.Call("pow.Tensor_Tensor", this, exponent);

        public Tensor fmod(Tensor target) => Op.Call("fmod.Tensor", this, target);

        public Tensor remainder(Tensor target) => Op.Call("remainder.Tensor", this, target);

        public Tensor true_divide(Scalar other) => Op.Call("true_divide.Scalar", this, other);

        public Tensor pow(Scalar exponent) => Op.Call("pow.Tensor_Scalar", this, exponent);

        public Tensor fmod(Scalar scalar) => Op.Call("fmod.Scalar", this, scalar);

        public Tensor remainder(Scalar scalar) => Op.Call("remainder.Scalar", this, scalar);

        public Tensor floor_divide(Tensor other) => Op.Call("floor_divide", this, other);

        public Tensor floor_divide(Scalar other) => Op.Call("floor_divide.Scalar", this, other);

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Op.Call("addcmul", this, tensor1, tensor2, value);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Op.Call("addcdiv", this, tensor1, tensor2);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Op.Call("addcdiv", this, tensor1, tensor2, value);

        public Tensor lerp(Tensor end, Tensor weight) => Op.Call("lerp.Tensor", this, end, weight);

        public Tensor add_(Tensor target) => Op.Mutate(this, "add_.Tensor", this, target);

        public Tensor add_(Tensor target, Scalar alpha) => Op.Mutate(this, "add_.Tensor", this, target, alpha);

        public Tensor add_(Scalar scalar) => Op.Mutate(this, "add_.Scalar", this, scalar);

        public Tensor add_(Scalar scalar, Scalar alpha) => Op.Mutate(this, "add_.Scalar", this, scalar, alpha);

        public Tensor sub_(Tensor target) => Op.Mutate(this, "sub_.Tensor", this, target);

        public Tensor sub_(Scalar target) => Op.Mutate(this, "sub_.Scalar", this, target);

        public Tensor subtract_(Tensor target) => Op.Mutate(this, "sub_.Tensor", this, target);

        public Tensor subtract_(Scalar target) => Op.Mutate(this, "sub_.Scalar", this, target);

        public Tensor mul_(Tensor target) => Op.Mutate(this, "mul_.Tensor", this, target);

        public Tensor mul_(Scalar target) => Op.Mutate(this, "mul_.Scalar", this, target);

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            rounding_mode == RoundingMode.None
                ? Op.Mutate(this, "div_.Tensor", this, target)
                : Op.Mutate(this, "div_.Tensor_mode", this, target, Rounding(rounding_mode));

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            rounding_mode == RoundingMode.None
                ? Op.Mutate(this, "div_.Scalar", this, target)
                : Op.Mutate(this, "div_.Scalar_mode", this, target, Rounding(rounding_mode));

        public Tensor divide_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            rounding_mode == RoundingMode.None
                ? Op.Mutate(this, "div_.Tensor", this, target)
                : Op.Mutate(this, "div_.Tensor_mode", this, target, Rounding(rounding_mode));

        public Tensor divide_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            rounding_mode == RoundingMode.None
                ? Op.Mutate(this, "div_.Scalar", this, target)
                : Op.Mutate(this, "div_.Scalar_mode", this, target, Rounding(rounding_mode));

        public Tensor true_divide_(Tensor other) => Op.Mutate(this, "true_divide_.Tensor", this, other);

        public Tensor pow_(Tensor exponent) => Op.Mutate(this, "pow_.Tensor", this, exponent);

        public Tensor fmod_(Tensor target) => Op.Mutate(this, "fmod_.Tensor", this, target);

        public Tensor remainder_(Tensor target) => Op.Mutate(this, "remainder_.Tensor", this, target);

        public Tensor true_divide_(Scalar other) => Op.Mutate(this, "true_divide_.Scalar", this, other);

        public Tensor pow_(Scalar exponent) => Op.Mutate(this, "pow_.Scalar", this, exponent);

        public Tensor fmod_(Scalar scalar) => Op.Mutate(this, "fmod_.Scalar", this, scalar);

        public Tensor remainder_(Scalar scalar) => Op.Mutate(this, "remainder_.Scalar", this, scalar);

        public Tensor floor_divide_(Tensor other) => Op.Mutate(this, "floor_divide_.Tensor", this, other);

        public Tensor floor_divide_(Scalar other) => Op.Mutate(this, "floor_divide_.Scalar", this, other);

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Op.Mutate(this, "addcmul_", this, tensor1, tensor2, value);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => Op.Mutate(this, "addcdiv_", this, tensor1, tensor2);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => Op.Mutate(this, "addcdiv_", this, tensor1, tensor2, value);

        public Tensor lerp_(Tensor end, Tensor weight) => Op.Mutate(this, "lerp_.Tensor", this, end, weight);

        private static string Rounding(RoundingMode mode) => mode == RoundingMode.floor ? "floor" : "trunc";
    }
}
