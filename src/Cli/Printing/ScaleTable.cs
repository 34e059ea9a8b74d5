using System.Globalization;
using SimClrDsl.Planning;

namespace SimClrDsl.Cli.Printing;

/// <summary>Prints the costs of stages and the times of the scale model, as text and as values for JSON.</summary>
internal static class ScaleTable
{
    private const double Gibi = 1024.0 * 1024 * 1024;
    private const double Mebi = 1024.0 * 1024;
    private const double SecondsOfHour = 3600;

    // Mean size of an ImageNet training file: 138 GB for 1,281,167 images.
    private const double BytesOfImage = 138e9 / 1_281_167;

    private static readonly int[] Gpus = [1, 8, 64, 512];

    public static string Format(ScaleModel model, ScaleTerms terms, IReadOnlyList<StageLoad> loads) =>
        string.Join("\n", [.. Assumptions(model, terms), "", Costs(loads), Times(model, loads).TrimEnd('\n')]);

    /// <summary>The same as values for JSON, in FLOP, bytes and seconds.</summary>
    public static object Values(ScaleModel model, IReadOnlyList<StageLoad> loads) =>
        new
        {
            model.Gpu,
            model.Measured,
            Recipes = loads.Select(load => new
            {
                Load = load,
                AllReduceBytes = AllReduced(load),
                HoldsFrom = model.Holding(load),
                Times = Gpus.Select(gpus => new
                {
                    Step = model.Step(load, gpus),
                    Seconds = model.Seconds(load, gpus),
                    Efficiency = model.Efficiency(load, gpus),
                }),
                Saturates = new { model.Saturation(load).Gpus, model.Saturation(load).Bound },
            }),
        };

    private static IEnumerable<string> Assumptions(ScaleModel model, ScaleTerms terms)
    {
        var gpu = model.Gpu;
        yield return FormattableString.Invariant(
            $"of a large matrix product's rate on the CPU, training attains {terms.Training.Text}, the contrastive loss {terms.Loss.Text};"
        );
        yield return FormattableString.Invariant(
            $"  the host needs {terms.HostSeconds * 1e6:F0} µs for a convolution with its batch norm, forward and backward (measured here)"
        );
        yield return FormattableString.Invariant(
            $"  at batch norms, GPUs that share a batch wait for the slowest {100 * terms.WaitFraction:0.#} % of forward and backward pass (--wait-share)"
        );
        yield return FormattableString.Invariant(
            $"assumed, from data sheets and not measured: {gpu.PeakFlops / 1e12:F0} TFLOP/s in bf16, {gpu.MemoryBandwidth / 1e9:F0} GB/s of memory, {gpu.MemoryBytes / 1e9:F0} GB;"
        );
        yield return FormattableString.Invariant(
            $"  {gpu.NodeLink / 1e9:F0} GB/s within a node of {gpu.NodeGpus}, {gpu.NetworkLink / 1e9:F0} GB/s beyond, {gpu.Latency * 1e6:F0} µs a message"
        );
    }

    private static string Costs(IReadOnlyList<StageLoad> loads) =>
        TextTable.Format(
            [
                "stage",
                "network",
                "batch",
                "steps",
                "TFLOP a step",
                "EFLOP",
                "state (GiB)",
                "activations (MiB a view)",
                "all-reduce (GiB)",
                "gather (MiB)",
                "sums of norms",
                "loss (TFLOP)",
            ],
            [
                .. loads.Select(static load =>
                    (string[])
                        [
                            load.Stage,
                            load.Network,
                            $"{load.Images}",
                            Numbers.Grouped(load.Steps),
                            Short(load.Flops / 1e12),
                            Short(load.Flops * load.Steps / 1e18),
                            Short(load.StateBytes / Gibi),
                            Short(load.ActivationBytes / Mebi),
                            Short(AllReduced(load) / Gibi),
                            Short(load.GatheredBytes / Mebi),
                            $"{load.Norms.Count}",
                            Short(load.LossFlops / 1e12),
                        ]
                ),
            ]
        );

    private static string Times(ScaleModel model, IReadOnlyList<StageLoad> loads) =>
        TextTable.Format(
            [
                "stage",
                "network",
                "steps",
                .. Gpus.Select(static gpus => $"hours on {gpus}"),
                "waits for, on 512",
                "files (GB/s)",
                "held by",
                "saturates at",
            ],
            [
                .. loads.Select(load =>
                {
                    var (gpus, bound) = model.Saturation(load);
                    var last = model.Step(load, Gpus[^1]);
                    return (string[])
                        [
                            load.Stage,
                            load.Network,
                            Numbers.Grouped(load.Steps),
                            .. Gpus.Select(count => Short(model.Seconds(load, count) / SecondsOfHour)),
                            last.Bound,
                            Short(load.Images * BytesOfImage / last.Total / 1e9),
                            $"{model.Holding(load)}",
                            $"{gpus}: {bound}",
                        ];
                }),
            ]
        );

    private static double AllReduced(StageLoad load) => (double)sizeof(float) * load.Weights;

    private static string Short(double value) => value == 0 ? "" : value.ToString(value >= 100 ? "F0" : "G3", CultureInfo.InvariantCulture);
}
