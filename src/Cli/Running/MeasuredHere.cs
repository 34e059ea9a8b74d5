using System.Diagnostics;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Objectives;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Running;

/// <summary>
/// Measures, in some seconds on this machine's CPU in float32, the terms of the scale model that carry over to another machine.
/// </summary>
internal static class MeasuredHere
{
    private const int Units = 3;
    private const double SecondsEach = 1;

    /// <summary>The terms; a share that is given is not measured.</summary>
    public static ScaleTerms Terms(double? trainingShare, double? lossShare, double waitShare)
    {
        const int Order = 1024;
        const int Rows = 1024;
        const int Width = 128;
        using var scope = NewDisposeScope();
        // The same product as of two matrices and as a convolution of 4 · 16 · 16 pixels, which different libraries compute. The faster one
        // is nearer to what the processor can do.
        var (a, b) = (rand(Order, Order), rand(Order, Order));
        var (pixels, kernel) = (rand(4, Order, 16, 16).ChannelsLast(), rand(Order, Order, 1, 1).ChannelsLast());
        double Rate(Action product) => 2.0 * Order * Order * Order / Best(product);
        double Product() => Math.Max(Rate(() => _ = a.mm(b)), Rate(() => _ = nn.functional.conv2d(pixels, kernel)));
        var peak = Product();

        // A bottleneck of ResNet-50's first group, three units at 56 px; and one so small that only the calls cost.
        const int Images = 8;
        const int Side = 56;
        var multiplyAdds = (double)Side * Side * ((256 * 64) + (9 * 64 * 64) + (64 * 256)) * Images;
        var training = 2 * 3 * multiplyAdds / Best(Bottleneck(Images, Side, outer: 256, inner: 64));
        var host = Best(Bottleneck(images: 2, side: 2, outer: 8, inner: 8)) / Units;

        var z = rand(Rows, Width).requires_grad_(true);
        var loss = 2.0 * 3 * Rows * Rows * Width / Best(() => _ = autograd.grad([NtXent.Loss(z, temperature: 0.1).Loss], [z]));
        // Before and after: other programs may have held up one of them.
        peak = Math.Max(peak, Product());
        return new(
            trainingShare is { } given ? ScaleShare.Given(given) : ScaleShare.Of(training / peak),
            lossShare is { } ofLoss ? ScaleShare.Given(ofLoss) : ScaleShare.Of(loss / peak),
            host,
            waitShare
        );
    }

    private static Action Bottleneck(int images, int side, int outer, int inner)
    {
        var key = Key.FromSeed(0);
        ConvBn.Params[] units =
        [
            .. new[]
            {
                ConvBn.Init(key.At(0), outer, inner, kernel: 1),
                ConvBn.Init(key.At(1), inner, inner, kernel: 3),
                ConvBn.Init(key.At(2), inner, outer, kernel: 1),
            }.Select(static unit => unit.Map(LeafPath.Root, static leaf => leaf.Value.detach().requires_grad_(true))),
        ];
        var x = rand(images, outer, side, side).ChannelsLast().requires_grad_(true);
        Tensor[] leaves = [x, .. units.SelectMany(static unit => unit.Leaves()).Select(static leaf => leaf.Value)];
        return () =>
        {
            var y = x;
            foreach (var unit in units)
            {
                (y, _) = ConvBn.ForwardRelu(unit, ConvBn.Start(unit), y, stride: 1, Phase.Train);
            }

            _ = autograd.grad([y.sum()], leaves);
        };
    }

    // The fastest of many: what the machine can do when nothing else asks for it.
    private static double Best(Action action)
    {
        var (best, all) = (double.MaxValue, Stopwatch.StartNew());
        for (var run = 0; run < 5 || all.Elapsed.TotalSeconds < SecondsEach; run++)
        {
            using var scope = NewDisposeScope();
            var clock = Stopwatch.StartNew();
            action();
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }

        return best;
    }
}
