using SimClrDsl.Runtime.Profiling;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Evaluate;

/// <summary>
/// A frozen network. Its parameters are not accessible, so that linear evaluation or a student cannot change them.
/// </summary>
/// <param name="infer">The forward function, with running statistics.</param>
public sealed class Frozen(Func<Tensor, Tensor> infer)
{
    /// <summary>Computes features or logits, without gradient.</summary>
    /// <param name="x">Images [N, C, H, W], ready for the network.</param>
    /// <returns>[N, features] or [N, classes].</returns>
    public Tensor Infer(Tensor x)
    {
        using var scope = no_grad();
        using var span = Spans.Of(StepPhase.Forward, "frozen network");
        return infer(x);
    }
}
