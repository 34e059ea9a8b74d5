using SimClrDsl.Planning;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Running;

/// <summary>How fast this machine's processor trains.</summary>
internal static class TrainingRate
{
    private const int Rounds = 3;
    private const int ForwardAndBackward = 3;

    /// <summary>
    /// Multiply-adds a second, a backward pass counted as two forward passes, measured in a second or two on the convolutions of a network
    /// and their batch norms, in the faster of float32 and bf16. Views, loss and optimizer come on top.
    /// </summary>
    public static double MultiplyAddsASecond(EncoderPlan network)
    {
        using var scope = NewDisposeScope();
        var convolutions = EncoderConvolutions.Of(network);
        var work = convolutions.Sum(static one => ForwardAndBackward * one.Times * ConvolutionTrial.Work(one.Conv));
        ScalarType[] types = Capabilities.Bf16(CPU) ? [float32, bfloat16] : [float32];
        return types.Max(type => work / convolutions.Sum(one => one.Times * SecondsAnImage(one.Conv, type)));
    }

    // The fastest of a few rounds: other programs may have held up the others.
    private static double SecondsAnImage(ConvPlan conv, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var trial = ConvolutionTrial.Of(conv, type);
        return Enumerable.Range(0, Rounds).Min(_ => trial.Time()) / trial.Images;
    }
}
