using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;

namespace SimClrDsl.Bench;

/// <summary>Runs one workload: every contender in a process of its own, taking turns.</summary>
internal sealed class Benchmark(BenchOptions options, MachineDescription machine, Roster roster, Progress progress)
{
    private const int LossSteps = 10;
    private const int WarmSteps = 2;
    private const double SecondsARound = 1.5;
    private const int MostSteps = 100;

    public WorkloadResult Run(Spec spec)
    {
        var workload = Workload.Of(spec, options.Precision, options.Batch, options.Quick).OrThrow();
        progress.Note($"{spec.Name}: preparing {workload.Plan.Encoder.Title}, batch {workload.Pretrain.Batch}");
        using var files = SharedFiles.Write(workload, LossSteps, WorkloadJson.Of(workload, machine.Device, machine.Threads));

        var bf16 = new PrecisionChoice(roster, options, progress).Choose(spec.Name, files);
        var agreement = new LossAgreement(0, 0);
        var step = Time(
            workload,
            files,
            bf16,
            Measure.Step,
            LossSteps,
            contenders =>
            {
                agreement = LossCheck.Require(spec.Name, [.. contenders.Select(one => (one.Name, bf16[one.Name], one.Losses))]);
                progress.Note(
                    FormattableString.Invariant($"{spec.Name}: losses of {LossSteps} steps agree within {100 * agreement.Difference:F4} %")
                );
            }
        );
        var loop = Time(workload, files, bf16, Measure.Loop, WarmSteps, static _ => { });
        return new(
            spec.Name,
            workload.Plan.Encoder.Title,
            workload.Plan.Data.Side,
            workload.Pretrain.Batch,
            agreement.Tolerance,
            agreement.Difference,
            [
                .. step.Zip(
                    loop,
                    (s, l) => new ContenderResult(s.Name, Roster.PrecisionName(bf16[s.Name]), s.Torch, s.Losses, s.Timing, l.Timing)
                ),
            ]
        );
    }

    private List<Timed> Time(
        Workload workload,
        SharedFiles files,
        IReadOnlyDictionary<string, bool> bf16,
        string measure,
        int first,
        Action<IReadOnlyList<Contender>> check
    )
    {
        var contenders = new List<Contender>();
        try
        {
            // Ours leaves the weights that the others start from; those then prepare side by side, since none of that is timed.
            foreach (
                var group in (string[][])
                    [
                        [Roster.Ours],
                        [.. roster.Names.Except([Roster.Ours])],
                    ]
            )
            {
                progress.Note($"{workload.Spec.Name}: {measure}, {string.Join(" and ", group)}: first steps");
                contenders.AddRange(group.Select(name => roster.Start(name, files, measure, first, bf16[name])));
                contenders.TakeLast(group.Length).ToList().ForEach(static contender => contender.AwaitFirstSteps());
            }

            check(contenders);
            var steps = options.Steps ?? Steps(contenders);
            var rounds = new List<Round>();
            for (var round = 0; round < options.Rounds; round++)
            {
                progress.Note($"{workload.Spec.Name}: {measure}, round {round + 1} of {options.Rounds}, {steps} steps each");
                rounds.Add(OneRound(contenders, round, steps));
            }

            return Summarize(contenders, rounds, steps, workload.Pretrain.Batch);
        }
        finally
        {
            contenders.ForEach(static contender => contender.Dispose());
        }
    }

    // Also everyone's first measurement, which is not counted.
    private static int Steps(IReadOnlyList<Contender> contenders)
    {
        const int Tried = 2;
        var fastest = contenders.Min(static contender => contender.Time(Tried).Seconds) / Tried;
        return Math.Clamp((int)Math.Ceiling(SecondsARound / fastest), 1, MostSteps);
    }

    // Each round begins with another contender, so that none always comes after the same one.
    private static Round OneRound(IReadOnlyList<Contender> contenders, int round, int steps)
    {
        var (seconds, bytes) = (new double[contenders.Count], new long?[contenders.Count]);
        for (var turn = 0; turn < contenders.Count; turn++)
        {
            var i = (round + turn) % contenders.Count;
            (seconds[i], bytes[i]) = contenders[i].Time(steps);
        }

        return new(seconds, bytes);
    }

    private static List<Timed> Summarize(IReadOnlyList<Contender> contenders, IReadOnlyList<Round> rounds, int steps, int batch)
    {
        var peaks = contenders.Select(static contender => contender.PeakBytes()).ToArray();
        Timing Of(int i) =>
            new(
                steps,
                [.. rounds.Select(round => round.Seconds[i])],
                steps * batch / Statistics.Median(rounds.Select(round => round.Seconds[i])),
                Statistics.Median(rounds.Select(round => round.Seconds[i] / round.Seconds[0])),
                peaks[i],
                (double)peaks[i] / peaks[0],
                rounds[^1].DeviceBytes[i]
            );
        return [.. contenders.Select((contender, i) => new Timed(contender.Name, contender.Torch, contender.Losses, Of(i)))];
    }

    private sealed record Round(double[] Seconds, long?[] DeviceBytes);

    private sealed record Timed(string Name, string Torch, IReadOnlyList<double> Losses, Timing Timing);
}
