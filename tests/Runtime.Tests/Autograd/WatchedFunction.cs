using SimClrDsl.Runtime.Autograd;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Autograd;

/// <summary>
/// The tensor it is given, with a note of each forward pass through it, of whether that is recorded, and of each backward pass.
/// </summary>
internal sealed class WatchedFunction : KernelFunction<WatchedFunction, WatchedFunction.Watch>
{
    internal const string Unrecorded = "unrecorded";
    internal const string Recorded = "recorded";
    internal const string Back = "back";

    /// <param name="Passes">In the order in which they were made.</param>
    internal sealed record Watch(List<string> Passes);

    public static Tensor Apply(Tensor x, List<string> passes) => Run(new(passes), x)[0];

    protected override List<Tensor> Forward(Watch call, Tensor?[] arguments, Action<List<Tensor?>>? keep)
    {
        call.Passes.Add(keep is null ? Unrecorded : Recorded);
        keep?.Invoke([arguments[0]]);
        return [arguments[0]!.clone()];
    }

    protected override Tensor?[] Backward(Watch call, IReadOnlyList<Tensor?> gradients, IReadOnlyList<Tensor?> kept)
    {
        call.Passes.Add(Back);
        return [gradients[0]!.clone()];
    }
}
