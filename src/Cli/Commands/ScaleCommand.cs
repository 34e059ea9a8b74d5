using System.CommandLine;
using System.Text.Json;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Cli.Running;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr scale</c>: prints the cost of experiments, and a model's estimate of their time on many GPUs.</summary>
internal static class ScaleCommand
{
    private const double Tera = 1e12;
    private const double Giga = 1e9;
    private const double Mega = 1e6;

    // Measured with two ranks on the two cores of one machine: docs/scale.md.
    private const double WaitShare = 0.05;

    public static Command Create()
    {
        var defaults = new GpuAssumptions();
        var stage = new Option<string?>("--stage") { Description = "Only this stage: pretrain, finetune, self_distill or distill." };
        var peak = Assumed("--tflops", "The GPU's peak in bf16, TFLOP/s.", defaults.PeakFlops / Tera);
        var memory = Assumed("--memory-bandwidth", "The GPU's memory bandwidth, GB/s.", defaults.MemoryBandwidth / Giga);
        var node = Assumed("--node-link", "Bandwidth between the GPUs of a node, GB/s in each direction.", defaults.NodeLink / Giga);
        var network = Assumed("--network-link", "Bandwidth between nodes, GB/s a GPU in each direction.", defaults.NetworkLink / Giga);
        var latency = Assumed("--latency", "Latency of a message, µs.", defaults.Latency * Mega);
        var share = Share("--share", "Share of the peak that training attains, above 0 and at most 1; left out, measured here.");
        var lossShare = Share("--loss-share", "The same of the contrastive loss.");
        var wait = Checked(
            "--wait-share",
            "Share of forward and backward pass that a GPU waits for the slowest at batch norms, from 0 to 1.",
            WaitShare,
            static value => value is >= 0 and <= 1,
            "from 0 to 1, as in --wait-share 0.05"
        );
        var json = Arguments.Json();
        var command = new Command("scale", "Cost of recipes and a model of their time on many GPUs.")
        {
            stage,
            peak,
            memory,
            node,
            network,
            latency,
            share,
            lossShare,
            wait,
            json,
        };
        var choice = ExperimentChoice.For(
            command,
            "A folder of experiments/, such as paper, or the name or path of an experiment or sweep."
        );
        command.Runs(parsed =>
        {
            var gpu = defaults with
            {
                PeakFlops = parsed.GetValue(peak) * Tera,
                MemoryBandwidth = parsed.GetValue(memory) * Giga,
                NodeLink = parsed.GetValue(node) * Giga,
                NetworkLink = parsed.GetValue(network) * Giga,
                Latency = parsed.GetValue(latency) / Mega,
            };
            return from cells in choice.All(parsed)
                from loads in Loads(cells, parsed.GetValue(stage), choice.Name(parsed))
                let terms = MeasuredHere.Terms(parsed.GetValue(share), parsed.GetValue(lossShare), parsed.GetValue(wait))
                select Show(new ScaleModel(gpu, terms.Values), terms, loads, parsed.GetValue(json));
        });
        return command;
    }

    private static LanguageExt.Either<InputError, List<StageLoad>> Loads(IEnumerable<Cell> cells, string? only, string name)
    {
        var all = cells.Select(static cell => Plan.Of(cell.Spec)).SelectMany(StageLoad.Of).Distinct().ToList();
        var loads = all.Where(load => only is null || load.Stage == only).ToList();
        return loads.Count > 0 ? loads
            : all.Count == 0 ? new InputError($"'{name}' has no stage that trains a network: add pretrain, finetune or distill.")
            : new InputError(
                $"--stage is '{only}': give one of {string.Join(", ", all.Select(static load => load.Stage).Distinct())}, or leave it out."
            );
    }

    private static int Show(ScaleModel model, ScaleTerms terms, List<StageLoad> loads, bool json)
    {
        Console.Out.WriteLine(
            json ? JsonSerializer.Serialize(ScaleTable.Values(model, loads), PlanJson.Options) : ScaleTable.Format(model, terms, loads)
        );
        return ExitCode.Done;
    }

    private static Option<double> Assumed(string name, string description, double value) =>
        Checked(name, description, value, static given => given is > 0 and < double.PositiveInfinity, "a number above 0");

    private static Option<double?> Share(string name, string description) =>
        Checked<double?>(name, description, null, static given => given is > 0 and <= 1, $"above 0 and at most 1, as in {name} 0.4");

    private static Option<T> Checked<T>(string name, string description, T value, Func<T?, bool> holds, string mustBe)
    {
        var option = new Option<T>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(given =>
        {
            if (!given.Implicit && given.Errors.Count() == 0 && !holds(given.GetValueOrDefault<T>()))
            {
                given.AddError($"{name} must be {mustBe}.");
            }
        });
        return option;
    }
}
