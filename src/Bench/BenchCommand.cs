using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using SimClrDsl.Cli.Commands;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Specs;

namespace SimClrDsl.Bench;

/// <summary><c>simclr bench</c>: ours against PyTorch and TorchSharp, side by side on this machine.</summary>
internal static class BenchCommand
{
    private const int FewestRounds = 5;
    private static readonly string[] Precisions = ["auto", "float32", "bf16"];

    public static Command Create()
    {
        var workload = new Option<string[]>("--workload")
        {
            Description = "A workload of bench/workloads; may be repeated. Left out, all.",
        };
        var rounds = Number("--rounds", $"Measurements of each contender, at least {FewestRounds}, which is the default.", FewestRounds);
        var steps = Number("--steps", "Steps of a measurement; left out, as many as take the fastest contender 1.5 seconds.", 1);
        var batch = Number("--batch", "Images a step instead of the workload's.", 2);
        var precision = new Option<string>("--precision")
        {
            Description =
                $"What all but the plain peers compute in: {string.Join(", ", Precisions)}; auto, the default, is the faster one of each.",
            DefaultValueFactory = static _ => Precisions[0],
        };
        var without = new Option<string[]>("--without")
        {
            Description = "A contender that takes no part, because it does not run on this machine; may be repeated.",
        };
        var quick = new Option<bool>("--quick") { Description = "Networks and images too small to time: that it works, and losses agree." };
        var file = new Option<string>("--out")
        {
            Description = "The JSON file with every measurement; left out, reports/bench.json.",
            DefaultValueFactory = static _ => Path.Combine("reports", "bench.json"),
        };
        var command = new Command("bench", "Compare with PyTorch and TorchSharp: speed of the step and of the loop, memory.")
        {
            workload,
            rounds,
            steps,
            batch,
            precision,
            without,
            quick,
            file,
        };
        command.Subcommands.Add(EstimatesCommand.Create());
        command.Runs(parsed =>
        {
            var small = parsed.GetValue(quick);
            var machine = Machine.This();
            return from chosen in PrecisionOf(parsed.GetRequiredValue(precision))
                from folder in BenchFolder.Find()
                from specs in Specs(folder, parsed.GetValue(workload) ?? [])
                from roster in Roster.On(machine, folder, parsed.GetValue(without) ?? [])
                let benchmark = new Benchmark(Options(chosen), machine, roster, TerminalOutput.Progress())
                select Run(benchmark, specs, new(machine, roster.Without, []), parsed.GetRequiredValue(file));

            BenchOptions Options(Precision chosen) =>
                new(
                    parsed.GetValue(rounds) ?? (small ? 1 : FewestRounds),
                    parsed.GetValue(steps) ?? (small ? 1 : null),
                    chosen,
                    parsed.GetValue(batch),
                    small
                );
        });
        return command;
    }

    // Of the workloads with these names; of all if there is none.
    private static LanguageExt.Either<InputError, IReadOnlyList<Spec>> Specs(BenchFolder folder, IReadOnlyList<string> names) =>
        (names.Count > 0 ? names : folder.Names).Distinct().Select(folder.Workload).All();

    private static int Run(Benchmark benchmark, IReadOnlyList<Spec> specs, BenchResult nothing, string path)
    {
        RequireWritable(path);
        var results = new List<WorkloadResult>();
        foreach (var spec in specs)
        {
            results.Add(benchmark.Run(spec));
            AtomicFile.WriteText(path, JsonSerializer.Serialize(nothing with { Workloads = results }, PlanJson.Options) + "\n");
        }

        Console.Out.WriteLine();
        Console.Out.Write(BenchTable.Format(results));
        Console.Out.WriteLine();
        Console.Out.WriteLine(path);
        return ExitCode.Done;
    }

    // Before the first measurement: minutes of work must not end in a file that cannot be written.
    private static void RequireWritable(string path)
    {
        if (Directory.Exists(path))
        {
            throw new InputException($"{path} is a folder: give --out the path of a file.");
        }

        var probe = path + ".partial";
        AtomicFile.WriteText(probe, "");
        File.Delete(probe);
    }

    private static LanguageExt.Either<InputError, Precision> PrecisionOf(string given) =>
        Array.IndexOf(Precisions, given) switch
        {
            0 => Precision.Auto,
            1 => Precision.Float32,
            2 => Precision.Bf16,
            _ => new InputError($"--precision cannot be '{given}': {Nearest.Advice(given, Precisions)}"),
        };

    private static Option<int?> Number(string name, string description, int least) =>
        new(name) { Description = description, CustomParser = given => Parse(given, name, least) };

    private static int? Parse(ArgumentResult given, string name, int least)
    {
        var text = given.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least)
        {
            return number;
        }

        given.AddError($"{name} is '{text}', but it is a whole number from {least}.");
        return null;
    }
}
