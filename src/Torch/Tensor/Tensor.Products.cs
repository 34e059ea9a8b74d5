using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor atan2(Tensor other) => Op.Call("atan2", this, other);

        public Tensor logaddexp(Tensor other) => Op.Call("logaddexp", this, other);

        public Tensor logaddexp2(Tensor other) => Op.Call("logaddexp2", this, other);

        public Tensor hypot(Tensor other) => Op.Call("hypot", this, other);

        public Tensor xlogy(Tensor y) => Op.Call("xlogy.Tensor", this, y);

        public Tensor xlogy(Scalar y) => Op.Call("xlogy.Scalar_Other", this, y);

        public Tensor mm(Tensor target) => Op.Call("mm", this, target);

        public Tensor matmul(Tensor target) => Op.Call("matmul", this, target);

        public Tensor mv(Tensor target) => Op.Call("mv", this, target);

        public Tensor dot(Tensor target) => Op.Call("dot", this, target);

        public Tensor bmm(Tensor batch2) => Op.Call("bmm", this, batch2);

        public Tensor outer(Tensor vec2) => Op.Call("outer", this, vec2);

        public Tensor inner(Tensor vec2) => Op.Call("inner", this, vec2);

        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Op.Call("addmm", this, mat1, mat2, beta, alpha);

        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Op.Call("baddbmm", this, batch1, batch2, beta, alpha);

        public Tensor addbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Op.Call("addbmm", this, batch1, batch2, beta, alpha);

        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) => Op.Call("addmv", this, mat, vec, beta, alpha);

        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Op.Mutate(this, "addmm_", this, mat1, mat2, beta, alpha);

        public Tensor inverse() => Op.Call("inverse", this);

        public Tensor det() => Op.Call("det", this);
    }
}
