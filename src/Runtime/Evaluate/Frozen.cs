using SimClrDsl.Runtime.Profiling;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Evaluate;

/// <summary>A network that cannot be trained any more: no leaf of it is within reach, so a linear probe or a student cannot change it.</summary>
public sealed class Frozen(Func<Tensor, Tensor> infer)
{
    /// <summary>Features or logits of images that are ready for the network [N, C, H, W]; carries no gradient.</summary>
    public Tensor Infer(Tensor x)
    {
        using var scope = no_grad();
        using var span = Spans.Of(StepPhase.Forward, "frozen network");
        return infer(x);
    }
}
