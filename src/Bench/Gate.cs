using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;

namespace SimClrDsl.Bench;

/// <summary>
/// Stands inside the loop that trains and lets it go only as far as it is told: first some steps whose losses it reports, then, for every
/// line "measure N", one step that is not timed and N that are. Between measurements the process waits for a line and does nothing.
/// </summary>
/// <param name="device">Whose work has to be finished where a time is taken.</param>
/// <param name="first">Steps before the first measurement.</param>
/// <param name="weights">Where to write the network before its first step, or null.</param>
/// <param name="commands">Lines that say what to do.</param>
/// <param name="answers">A line of JSON for each.</param>
internal sealed class Gate(Device device, int first, string? weights, TextReader commands, TextWriter answers) : ITrainingWatch
{
    private readonly List<double> losses = [];
    private readonly Stopwatch clock = new();
    private int timed;
    private int taken;

    public void Begin<TParams, TState>(Network<TParams, TState> network)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        if (weights is not null)
        {
            Checkpoint.Save(weights, network, SharedFiles.NoMetadata);
        }
    }

    public void Step(StepMetrics metrics)
    {
        if (losses.Count < first)
        {
            losses.Add(metrics.Loss.item<float>());
            if (losses.Count == first)
            {
                Answer(new { losses, torch = Capabilities.Provider });
                Wait();
            }

            return;
        }

        taken++;
        if (taken == 1)
        {
            Synchronize();
            clock.Restart();
        }
        else if (taken == timed + 1)
        {
            Synchronize();
            Answer(new { seconds = clock.Elapsed.TotalSeconds });
            Wait();
        }
    }

    private void Wait()
    {
        var line = commands.ReadLine() ?? throw new OperationCanceledException("Nothing more is to be measured.");
        timed = int.Parse(line["measure ".Length..], CultureInfo.InvariantCulture);
        taken = 0;
    }

    private void Answer(object value)
    {
        answers.WriteLine(JsonSerializer.Serialize(value));
        answers.Flush();
    }

    private void Synchronize()
    {
        if (device.type == TorchSharp.DeviceType.CUDA)
        {
            cuda.synchronize(device);
        }
    }
}
