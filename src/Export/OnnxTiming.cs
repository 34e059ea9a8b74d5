using System.Diagnostics;
using SimClrDsl.Runtime.Stages;
using static TorchSharp.torch;

namespace SimClrDsl.Export;

/// <summary>Time that a network takes for an image, in milliseconds.</summary>
/// <param name="Onnx">In ONNX Runtime.</param>
/// <param name="Ours">In our own inference.</param>
public sealed record OnnxTiming(double Onnx, double Ours)
{
    private const int Batch = 8;
    private const double SecondsEach = 1;
    private const int FewestRuns = 3;

    /// <summary>
    /// Times a file and the network that it was written from, in turn, on the same batches of eight images, both with as many threads as
    /// libtorch has. The fastest run of each counts.
    /// </summary>
    /// <param name="path">Path of the file, which takes prepared images.</param>
    /// <param name="network">The network.</param>
    public static OnnxTiming Of(string path, SavedNetwork network)
    {
        using var session = new OnnxSession(path, get_num_threads());
        var (side, channels) = (network.Card.Input.Side, network.Card.Input.Channels);
        using var images = rand(Batch, channels, side, side);
        var (onnx, ours, clock) = (double.MaxValue, double.MaxValue, Stopwatch.StartNew());
        for (var run = 0; run < FewestRuns || clock.Elapsed.TotalSeconds < 2 * SecondsEach; run++)
        {
            using var scope = NewDisposeScope();
            onnx = Math.Min(onnx, Milliseconds(() => session.Run(images)));
            ours = Math.Min(ours, Milliseconds(() => network.Outputs(images)));
        }

        return new(onnx, ours);
    }

    private static double Milliseconds(Action run)
    {
        var clock = Stopwatch.StartNew();
        run();
        return clock.Elapsed.TotalMilliseconds / Batch;
    }
}
