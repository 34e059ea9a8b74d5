using System.Diagnostics;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Execution;

/// <summary>A convolution with its batch norm, forward and back, to be timed on this machine.</summary>
/// <param name="Run">Computes one batch, forward and back.</param>
/// <param name="Images">Images of the batch.</param>
internal sealed record ConvolutionTrial(Action Run, long Images)
{
    // Of one convolution at a time: enough work to be timed, and little enough for a second in all.
    private const double MultiplyAddsAtATime = 1e9;
    private const int FewestImages = 2;
    private const int MostImages = 64;

    /// <summary>Multiply-adds of one image's forward pass.</summary>
    public static double Work(ConvPlan conv) =>
        (double)conv.Kernel * conv.Kernel * conv.Inputs * conv.Outputs * conv.SideOut * conv.SideOut;

    /// <summary>A trial of a convolution with random weights and images.</summary>
    public static ConvolutionTrial Of(ConvPlan conv, ScalarType type)
    {
        var images = (long)Math.Clamp(MultiplyAddsAtATime / Work(conv), FewestImages, MostImages);
        var p = ConvBn
            .Init(Key.FromSeed(0), conv.Inputs, conv.Outputs, conv.Kernel)
            .Map(LeafPath.Root, static leaf => leaf.Value.requires_grad_(true));
        var s = ConvBn.Start(p);
        var x = rand(images, conv.Inputs, conv.SideIn, conv.SideIn).ChannelsLast().to(type).requires_grad_(true);
        Tensor[] leaves = [x, .. p.Leaves().Select(static leaf => leaf.Value)];
        return new(
            () =>
            {
                using var inner = NewDisposeScope();
                var (y, _) = ConvBn.ForwardRelu(p, s, x, conv.Stride, Phase.Train);
                _ = autograd.grad([y.Value.sum()], leaves);
            },
            images
        );
    }

    /// <summary>The seconds that one batch takes now.</summary>
    public double Time()
    {
        var clock = Stopwatch.StartNew();
        Run();
        return clock.Elapsed.TotalSeconds;
    }
}
