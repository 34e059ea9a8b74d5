using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Autograd;

/// <summary>The forward function of a network.</summary>
/// <param name="p">Its parameters.</param>
/// <param name="s">Its running statistics.</param>
/// <param name="x">Images [N, C, H, W], ready for the network.</param>
/// <param name="phase">Which statistics the batch norms use.</param>
/// <returns>The output [N, width], and the next running statistics.</returns>
public delegate (Tensor Y, TState Next) NetworkFunction<TParams, TState>(TParams p, TState s, Tensor x, Phase phase);
