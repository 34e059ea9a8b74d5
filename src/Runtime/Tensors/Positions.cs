using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tensors;

/// <summary>Positions as tensors.</summary>
internal static class Positions
{
    /// <summary>int64 [count] on the CPU.</summary>
    internal static Tensor ToIndex(this int[] positions) => tensor(Array.ConvertAll(positions, static position => (long)position));
}
