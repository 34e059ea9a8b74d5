using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>Runs that are killed or asked to end, as processes of their own.</summary>
public sealed class InterruptedRunTests
{
    private const int Interrupt = 2;
    private const int Kill = 9;
    private const int User = 10;
    private const int Terminate = 15;

    // Three stages, each of which trains.
    private const string Yaml = """
        name: interrupted
        seed: 1
        data: { source: synthetic, image: 8, classes: 2, unlabelled: 32, labels: 8 }
        encoder: { resnet: 18, width: 0.125 }
        pretrain: { head: { layers: 2, out: 8 }, epochs: EPOCHS, batch: 16 }
        finetune: { from_head_layer: 1, epochs: 3, batch: 4 }
        distill: { student: { resnet: 18, width: 0.125 }, epochs: 2, batch: 16, optimizer: { lars: { lr: 0.01 } } }
        precision: float32

        """;

    private static readonly string[] Run = ["run", "interrupted.yaml", "--out", "runs", "--checkpoint-every", "1"];

    private static Workplace Place(int epochs) =>
        new Workplace().With("interrupted.yaml", Yaml.Replace("EPOCHS", $"{epochs}", StringComparison.Ordinal));

    // The moments come from a seed, and mean what the machine's speed makes of them: before the first step, within a stage, within a
    // checkpoint that is being written, or after the last step. `./simclr torture` kills as many as one likes.
    [Fact]
    public void Ten_runs_that_are_killed_at_random_moments_end_like_an_undisturbed_one()
    {
        using var whole = Place(epochs: 3);
        var clock = Stopwatch.StartNew();
        whole.SimclrProcess(Run).Succeeded();
        var duration = clock.Elapsed;
        var expected = Ends(whole);
        var (draw, kills) = (new Random(1), 0);
        // From the moment that the program has begun to train at the earliest.
        var moments = Enumerable.Range(0, 10).Select(_ => duration * (0.3 + (0.6 * draw.NextDouble()))).ToList();
        Parallel.ForEach(
            moments,
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            moment =>
            {
                using var killed = Place(epochs: 3);
                using (var process = killed.Start(Run))
                {
                    if (!process.WaitForExit(moment))
                    {
                        process.Kill();
                        Interlocked.Increment(ref kills);
                    }

                    process.WaitForExit();
                }

                killed.SimclrProcess(Run).Succeeded();
                Assert.Equal(expected, Ends(killed));
            }
        );

        Assert.True(kills > 0);
    }

    [Theory]
    [InlineData(Interrupt, "SIGINT")]
    [InlineData(Terminate, "SIGTERM")]
    [InlineData(User, "SIGUSR1")]
    public void A_signal_ends_a_run_that_saves_and_says_how_to_go_on(int signal, string name)
    {
        using var place = Place(epochs: 100_000);
        using var process = place.Start(Run);
        WaitForSteps(place);
        Assert.Equal(0, Send(process.Id, signal));
        process.WaitForExit();
        var said = process.StandardError.ReadToEnd();
        Assert.Equal(128 + signal, process.ExitCode);
        Assert.StartsWith($"simclr: {name}: pretrain, step ", said, StringComparison.Ordinal);
        Assert.Contains(", saved in runs/interrupted-", said, StringComparison.Ordinal);
        Assert.Contains("; the same command goes on from there.", said, StringComparison.Ordinal);

        // And it does.
        using var second = place.Start(Run);
        Assert.Contains("pretrain: goes on after step ", Line(second, "goes on"), StringComparison.Ordinal);
        Send(second.Id, Kill);
        second.WaitForExit();
    }

    [Fact]
    public void A_job_of_slurm_that_is_sent_its_signal_goes_back_into_the_queue()
    {
        using var place = Place(epochs: 100_000);
        using var process = StartInSlurm(place);
        WaitForSteps(place);
        Send(process.Id, User);
        WentBackIntoTheQueue(place, process, "simclr: SIGUSR1: pretrain, step ");
    }

    // SLURM may send its signal up to a minute early, and a short job is then at its beginning.
    [Fact]
    public void A_job_of_slurm_goes_back_into_the_queue_although_nothing_is_trained_yet()
    {
        using var place = Place(epochs: 100_000);
        using var process = StartInSlurm(place);
        // From then on it compiles the spec, for seconds.
        while (!Listens(process.Id))
        {
            Thread.Sleep(1);
        }

        Send(process.Id, User);
        WentBackIntoTheQueue(place, process, "simclr: SIGUSR1: nothing is being trained that could be saved");
    }

    private static Process StartInSlurm(Workplace place)
    {
        place.With("bin/scontrol", "#!/bin/sh\necho \"$@\" > asked\n");
        File.SetUnixFileMode(place.At("bin/scontrol"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var path = $"{place.At("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        return place.Start(Run, ("SLURM_JOB_ID", "4711"), ("PATH", path));
    }

    private static void WentBackIntoTheQueue(Workplace place, Process process, string says)
    {
        process.WaitForExit();
        var said = process.StandardError.ReadToEnd();
        Assert.Equal(128 + User, process.ExitCode);
        Assert.StartsWith(says, said, StringComparison.Ordinal);
        Assert.Contains("job 4711 is back in the queue", said, StringComparison.Ordinal);
        Assert.Equal("requeue 4711\n", place.Read("asked"));
    }

    // Whether a process has a handler for SIGUSR1.
    private static bool Listens(int process)
    {
        var caught = File.ReadLines($"/proc/{process}/status").First(static line => line.StartsWith("SigCgt:", StringComparison.Ordinal));
        return (Convert.ToUInt64(caught[7..].Trim(), 16) & (1UL << (User - 1))) != 0;
    }

    [Fact]
    public void A_second_run_of_a_folder_is_refused_and_names_the_first()
    {
        using var place = Place(epochs: 100_000);
        using var first = place.Start(Run);
        WaitForSteps(place);
        var refused = place.Simclr(Run).Refused(lines: 1);
        Assert.Contains($"is in use by process {first.Id} on ", refused.Errors, StringComparison.Ordinal);
        Send(first.Id, Kill);
        first.WaitForExit();

        // The lock of a process that is gone is no obstacle.
        using var second = place.Start(Run);
        Assert.Contains("goes on", Line(second, "goes on"), StringComparison.Ordinal);
        Send(second.Id, Kill);
        second.WaitForExit();
    }

    [Fact]
    public void Every_launch_of_a_run_is_written_down()
    {
        using var place = Tiny.Workplace();
        place.Simclr("run", Tiny.File, "--out", "runs").Succeeded();
        place.Simclr("run", Tiny.File, "--out", "runs").Succeeded();
        var run = Directory.GetDirectories(place.At("runs")).Single();
        var launches = File.ReadAllLines(Path.Combine(run, "launches.jsonl"));
        Assert.Equal(2, launches.Length);
        foreach (var launch in launches.Select(static line => JsonDocument.Parse(line).RootElement))
        {
            var made = launch.GetProperty("made_from");
            Assert.Equal(Environment.MachineName, made.GetProperty("host").GetString());
            Assert.Equal(16, made.GetProperty("code").GetString()!.Length);
            Assert.Equal(16, made.GetProperty("data").GetProperty("finetune").GetProperty("labelled images").GetString()!.Length);
            Assert.Equal("bf16", launch.GetProperty("computed").GetProperty("precision").GetString());
        }
    }

    // What does not depend on the machine's speed.
    private static SortedDictionary<string, string> Ends(Workplace place)
    {
        var run = Directory.GetDirectories(place.At("runs")).Single();
        var ends = Folders.Contents(Path.Combine(run, "checkpoints"));
        ends["metrics.jsonl"] = File.ReadAllText(Path.Combine(run, "metrics.jsonl"));
        ends["accuracies"] = string.Join(", ", RunFiles.Top1(run));
        return ends;
    }

    private static void WaitForSteps(Workplace place)
    {
        while (
            !Directory.Exists(place.At("runs")) || !Directory.EnumerateFiles(place.At("runs"), "step-*", SearchOption.AllDirectories).Any()
        )
        {
            Thread.Sleep(50);
        }
    }

    private static string Line(Process process, string with)
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Contains(with, StringComparison.Ordinal))
            {
                return line;
            }
        }

        return "";
    }

    private static int Send(int process, int signal) => SendSignal(process, signal);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
