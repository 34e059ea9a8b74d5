using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tensors;

/// <summary>Converts positions to index tensors.</summary>
internal static class Positions
{
    /// <summary>The positions as an int64 tensor [count] on the CPU.</summary>
    internal static Tensor ToIndex(this int[] positions) => tensor(Array.ConvertAll(positions, static position => (long)position));
}
