using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>Where a block's two paths meet.</summary>
public static class Residual
{
    /// <summary>relu(y + skip), both [N, C, H, W]. Overwrites neither.</summary>
    public static Tensor AddRelu(this Tensor y, Tensor skip) => (y + skip).relu_();
}
