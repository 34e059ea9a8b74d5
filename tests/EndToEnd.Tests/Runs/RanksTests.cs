using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>Runs by several processes that mpirun starts, through the library of src/Mpi.</summary>
public sealed class RanksTests : IDisposable
{
    // Networks of float32 whose first steps are no chaos.
    private const string Precise = "precision: float32";

    private readonly Workplace place = Tiny.Workplace("precision: bf16", Precise);

    [Fact]
    public void Two_ranks_and_four_run_every_stage_and_find_the_losses_that_one_finds()
    {
        place.Simclr("run", Tiny.File, "--out", "one").Succeeded();
        foreach (var ranks in (int[])[2, 4])
        {
            var outcome = Launch(ranks, "run", Tiny.File, "--out", $"by-{ranks}").Succeeded();
            Assert.Single(outcome.OutputLines, line => line.StartsWith($"{ranks} ranks by ", StringComparison.Ordinal));
            Assert.Single(outcome.OutputLines, static line => line.StartsWith("pretrain: loss ", StringComparison.Ordinal));

            var folder = Directory.GetDirectories(place.At($"by-{ranks}")).Single();
            RunFiles.AssertComplete(folder, ["pretrain", "knn", "linear", "supervised", "finetune", "distill"]);
            Assert.Equal(ranks, RanksIn(File.ReadAllText(Path.Combine(folder, "summary.json"))));
            Assert.Equal(ranks, RanksIn(File.ReadLines(Path.Combine(folder, "launches.jsonl")).Single()));
            foreach (var stage in (string[])["pretrain", "finetune"])
            {
                var expected = LastLoss(Directory.GetDirectories(place.At("one")).Single(), stage);
                Assert.Equal(expected, LastLoss(folder, stage), 2e-3 * expected);
            }
        }

        // What four ranks have finished, two go on from.
        var again = Launch(2, "run", Tiny.File, "--out", "by-4").Succeeded();
        Assert.Contains(again.OutputLines, static line => line.StartsWith("distill: finished before", StringComparison.Ordinal));
    }

    // Killed while it pretrains, the run of two ranks goes on by four and then by one from the newest checkpoint.
    [Fact]
    public async Task A_checkpoint_of_two_ranks_goes_on_with_four_and_with_one()
    {
        place.With("long.yaml", LongRun(epochs: 60));
        place.Simclr("run", "long.yaml", "--out", "whole").Succeeded();
        foreach (var ranks in (int[])[2, 4])
        {
            Library();
            using var run = Processes.Start(
                Starter,
                [.. Options, "-n", $"{ranks}", "dotnet", Built.Program, "run", "long.yaml", "--checkpoint-every", "7"],
                place.Path,
                Environment
            );
            var (output, errors) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
            while (Steps() <= (ranks == 2 ? 0 : 14))
            {
                Assert.False(run.HasExited, "it ended before it could be killed");
                Thread.Sleep(10);
            }

            run.Kill(entireProcessTree: true);
            await run.WaitForExitAsync();
            _ = (await output, await errors);
        }

        var outcome = place.Simclr("run", "long.yaml").Succeeded();
        outcome.Shows("pretrain: goes on after step ");
        var (expected, actual) = (Losses("whole"), Losses("runs"));
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), static pair => Assert.Equal(pair.Item1, pair.Item2, 2e-3 * pair.Item1));

        int Steps() =>
            Directory.Exists(place.At("runs"))
                ? Directory
                    .EnumerateFiles(place.At("runs"), "step-*.safetensors", SearchOption.AllDirectories)
                    .Select(static file => int.Parse(Path.GetFileNameWithoutExtension(file)[5..], CultureInfo.InvariantCulture))
                    .DefaultIfEmpty(0)
                    .Max()
                : 0;
        IReadOnlyList<double> Losses(string root) =>
            [
                .. File.ReadLines(Path.Combine(Directory.GetDirectories(place.At(root)).Single(), "metrics.jsonl"))
                    .Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("loss").GetDouble()),
            ];
    }

    // SLURM sends its signal to all ranks, but not at the same moment.
    [Fact]
    public void A_signal_to_the_second_rank_saves_and_puts_the_job_back_into_the_queue()
    {
        place.With("long.yaml", LongRun(epochs: 100_000));
        place.With("bin/scontrol", "#!/bin/sh\necho \"$@\" > asked\n");
        File.SetUnixFileMode(place.At("bin/scontrol"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        const string Signalled = "(until ls runs/*/checkpoints/*/step-*; do sleep 0.05; done >/dev/null 2>&1; kill -USR1 $$) & exec \"$@\"";
        string[] run = ["dotnet", Built.Program, "run", "long.yaml", "--checkpoint-every", "5"];
        string[] inSlurm = ["env", "SLURM_JOB_ID=4711", $"PATH={place.At("bin")}:{System.Environment.GetEnvironmentVariable("PATH")}"];
        Library();
        var outcome = LaunchTwo([.. inSlurm, .. run], ["sh", "-c", Signalled, "sh", .. run]);
        Assert.Equal(128 + 10, outcome.ExitCode);
        outcome.Says("simclr: another rank was asked to end: pretrain, step ", ", saved in runs/", "job 4711 is back in the queue");
        Assert.Equal("requeue 4711\n", place.Read("asked"));
    }

    [Fact]
    public void A_rank_that_never_answers_ends_the_run_with_rank_step_and_operation()
    {
        place.With(
            "silent.c",
            """
            #include <stdint.h>
            #include <unistd.h>
            int32_t simclr_mpi_start(int32_t*, int32_t*, int32_t*);
            int main(void) { int32_t rank, size, cores; simclr_mpi_start(&rank, &size, &cores); for (;;) pause(); }
            """
        );
        Compile("-o", place.At("silent"), place.At("silent.c"), Library(), $"-Wl,-rpath,{place.Path}");
        var outcome = LaunchTwo(["dotnet", Built.Program, "run", Tiny.File, "--timeout", "0.02"], [place.At("silent")]);
        Assert.Equal(3, outcome.ExitCode);
        outcome.Says(
            "simclr: rank 0 of 2: the handing out of ",
            " at the start of the run did not end within 1.2 s: another rank has stopped"
        );
    }

    [Fact]
    public void What_is_wrong_on_every_rank_is_said_once()
    {
        Launch(3, "run", Tiny.File).Refused().Says("3 ranks cannot share the 16 images a step of stage 'pretrain' evenly");
        Launch(2, "run", Tiny.File, "--ranks", "4").Refused().Says("--ranks is 4, but MPI started 2");
    }

    [Fact]
    public void Without_the_launcher_ranks_are_refused()
    {
        place.Refuses(["run", Tiny.File, "--ranks", "2"]).Says("--ranks is an option of the launcher");
        place.Refuses(["run", Tiny.File, "--ranks", "0"]).Says("--ranks: give a number of at least 1");
        place.Refuses(["run", Tiny.File, "--again", "--restarts", "1"]).Says("--again starts it over");
    }

    public void Dispose() => place.Dispose();

    private static string LongRun(int epochs) =>
        $$"""
            name: long
            data: { source: synthetic, image: 8, classes: 2, unlabelled: 32, labels: 4 }
            encoder: { resnet: 18, width: 0.125 }
            pretrain: { head: { layers: 2, out: 8 }, epochs: {{epochs}}, batch: 16, optimizer: { sgd: { lr: 0.000001, scaling: none } } }
            precision: float32

            """;

    private static int RanksIn(string json) => JsonDocument.Parse(json).RootElement.GetProperty("computed").GetProperty("ranks").GetInt32();

    private static double LastLoss(string folder, string stage) =>
        File.ReadLines(Path.Combine(folder, "metrics.jsonl"))
            .Select(static line => JsonDocument.Parse(line).RootElement)
            .Last(point => point.GetProperty("stage").GetString() == stage)
            .GetProperty("loss")
            .GetDouble();

    private Outcome Launch(int ranks, params string[] arguments)
    {
        Library();
        return Mpirun(["-n", $"{ranks}", "dotnet", Built.Program, .. arguments]);
    }

    // Two ranks that run a program each. Not by a colon between them: with one, mpirun of Debian 13's Open MPI 5.0.7 crashes.
    private Outcome LaunchTwo(string[] first, string[] second)
    {
        const string Own =
            "n=$1; shift; [ \"${OMPI_COMM_WORLD_RANK:-$PMI_RANK}\" = 0 ] || { shift $n; exec \"$@\"; }; "
            + "others=$(($# - n)); while [ $n -gt 0 ]; do set -- \"$@\" \"$1\"; shift; n=$((n - 1)); done; shift $others; exec \"$@\"";
        return Mpirun(["-n", "2", "sh", "-c", Own, "sh", $"{first.Length}", .. first, .. second]);
    }

    // As for the launcher, the MPI that a person names, or the first on the PATH.
    private static readonly string Starter = System.Environment.GetEnvironmentVariable("SIMCLR_MPIRUN") ?? "mpirun";
    private static readonly string Compiler = System.Environment.GetEnvironmentVariable("SIMCLR_MPICC") ?? "mpicc";

    // As the launcher starts it. From version 5 on Open MPI cannot be told to be quiet.
    private static readonly string Mpi = Processes.Run(Starter, ["--version"], Built.Repository, new Dictionary<string, string?>()).Output;

    private static readonly string[] Options =
        !Mpi.Contains("open-mpi", StringComparison.Ordinal) ? []
        : Regex.IsMatch(Mpi, @"\(Open MPI\) [1-4]\.") ? ["--oversubscribe", "--bind-to", "none", "--quiet"]
        : ["--oversubscribe", "--bind-to", "none"];

    private Dictionary<string, string?> Environment =>
        new()
        {
            ["SIMCLR_MPI"] = Library(),
            ["OMPI_ALLOW_RUN_AS_ROOT"] = "1",
            ["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1",
            ["OMPI_MCA_btl_tcp_disable_family"] = "6", // as the launcher: version 5 complains of interfaces that have both families
            ["TERM"] = "dumb",
            ["XDG_CACHE_HOME"] = "/dev/null",
        };

    // Without what Open MPI 5 itself says of a rank that ended the others, or with another exit code than 0, between two lines of dashes (and a zero).
    private Outcome Mpirun(string[] arguments)
    {
        var outcome = Processes.Run(Starter, [.. Options, .. arguments], place.Path, Environment);
        return outcome with { Errors = Regex.Replace(outcome.Errors, @"-{40,}\n(prterun|MPI_ABORT) [\s\S]*?\n-{40,}\n\0*", "") };
    }

    private string Library()
    {
        var library = place.At("libsimclr_mpi.so");
        if (!File.Exists(library))
        {
            Compile(
                "-fPIC",
                "-shared",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-o",
                library,
                Path.Combine(Built.Repository, "src/Mpi/simclr_mpi.c")
            );
        }

        return library;
    }

    private void Compile(params string[] arguments)
    {
        var outcome = Processes.Run(Compiler, arguments, place.Path, new Dictionary<string, string?>());
        Assert.True(outcome.ExitCode == 0, outcome.Errors);
    }
}
