using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using static TorchSharp.torch;

namespace SimClrDsl.Bench.Peers;

/// <summary>A peer's process: it takes its first steps, says so, and then times as many steps as each line of its input asks for.</summary>
/// <param name="work">What was asked for.</param>
/// <param name="step">Trains on views and gives the loss.</param>
/// <param name="batches">Views without end.</param>
internal sealed class Server(Work work, Func<Tensor, Tensor> step, IEnumerable<Tensor> batches)
{
    private readonly IEnumerator<Tensor> views = batches.GetEnumerator();

    public void Serve()
    {
        var losses = Enumerable.Range(0, work.First).Select(_ => Step(static loss => loss.item<float>())).ToList();
        Answer(new { losses, torch = $"TorchSharp {typeof(Tensor).Assembly.GetName().Version?.ToString(3)}, libtorch {__version__}" });
        while (Console.In.ReadLine() is { } line)
        {
            Answer(new { seconds = Timed(int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)) });
        }
    }

    // One step that is not timed, and the ones that are.
    private double Timed(int count)
    {
        var clock = new Stopwatch();
        for (var i = 0; i <= count; i++)
        {
            _ = Step(static _ => 0f);
            if (i == 0)
            {
                Synchronize();
                clock.Start();
            }
        }

        Synchronize();
        return clock.Elapsed.TotalSeconds;
    }

    private float Step(Func<Tensor, float> read)
    {
        using var scope = NewDisposeScope();
        _ = views.MoveNext();
        return read(step(views.Current));
    }

    private void Synchronize()
    {
        if (work.Device.type == TorchSharp.DeviceType.CUDA)
        {
            cuda.synchronize(work.Device);
        }
    }

    private static void Answer(object value)
    {
        Console.Out.WriteLine(JsonSerializer.Serialize(value));
        Console.Out.Flush();
    }
}
