using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.EndToEnd.Tests.Launcher;

/// <summary>
/// The launcher, copied to a folder of its own with another program under the name of dotnet: these tests are run by the launcher, so they
/// must not build.
/// </summary>
public sealed class LauncherTests : IDisposable
{
    private static readonly string[] Tools =
    [
        "basename",
        "cat",
        "cksum",
        "dirname",
        "find",
        "grep",
        "id",
        "ls",
        "mkdir",
        "mv",
        "paste",
        "readlink",
        "rm",
        "sed",
        "sleep",
        "sort",
        "touch",
        "tr",
    ];

    /// <summary>Programs that the launcher only looks for.</summary>
    private static readonly string[] Compilers = ["g++", "gcc", "cmake", "make", "mpirun", "mpicc"];

    private readonly Workplace place = new();

    public LauncherTests()
    {
        File.Copy(Path.Combine(Built.Repository, "simclr"), place.At("simclr"));
        foreach (var source in (string[])["bench/TorchSharp", "experiments", "tests/Some.Tests", "tests/Other.Tests", "tools"])
        {
            Directory.CreateDirectory(place.At(source));
        }

        foreach (
            var file in (string[])
                ["global.json", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "SimClrDsl.sln", "src/A.cs"]
        )
        {
            place.With(file, "");
        }

        foreach (var tool in Tools)
        {
            var program = ((string[])["/usr/bin", "/bin"]).Select(folder => Path.Combine(folder, tool)).First(File.Exists);
            File.CreateSymbolicLink(place.At($"tools/{tool}"), program);
        }

        foreach (var compiler in Compilers)
        {
            Script($"tools/{compiler}", "exit 1");
        }
    }

    [Fact]
    public void An_unknown_test_project_is_told_before_anything_is_built() =>
        Launch("test", "NoSuch").Refused().Says("there is no tests/NoSuch.Tests", "Other Some");

    [Fact]
    public void A_missing_sdk_is_told() => Launch("list").Refused().Says(".NET 10 SDK is missing");

    [Fact]
    public void An_sdk_that_does_not_start_is_told_with_its_first_line_before_anything_is_built()
    {
        StandInForDotnet("printf '\\nA compatible .NET SDK was not found.\\nmore\\n' >&2; exit 145");
        Launch("list").Refused().Says("the .NET SDK does not work: A compatible .NET SDK was not found.");
        Assert.False(Directory.Exists(place.At("artifacts")));
    }

    // cmake builds nothing itself: without make or ninja it would fail after everything else was installed.
    [Theory]
    [InlineData("make")]
    [InlineData("g++")]
    [InlineData("cmake")]
    public void Without_a_compiler_the_launcher_goes_on_and_says_the_line_to_type(string missing)
    {
        StandInForDotnet(Builds);
        Script("tools/id", "echo 1000");
        File.Delete(place.At($"tools/{missing}"));
        var outcome = Launch("list");
        Assert.Equal("ran\n", outcome.Output);
        outcome.Says("slower", $"as root, type: apt-get update && apt-get install -y --no-install-recommends {missing}");
    }

    [Fact]
    public void Ninja_is_as_good_as_make()
    {
        StandInForDotnet(Builds);
        File.Move(place.At("tools/make"), place.At("tools/ninja"));
        Assert.Equal("ran\n", Launch("list").Output);
    }

    [Fact]
    public void What_is_built_is_run_with_everything_that_was_typed()
    {
        StandInForDotnet("""[ "$1" = build ] || printf '%s\n' "$@" "$DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"; exit 7""");
        MarkBuilt();
        var outcome = Launch("plan", "an experiment", "--json");
        Assert.Equal(7, outcome.ExitCode);
        var artifacts = place.At("artifacts");
        Assert.Equal([$"{artifacts}/bin/SimClrDsl.Cli/release/simclr.dll", "plan", "an experiment", "--json", "1"], outcome.OutputLines);
    }

    [Fact]
    public void A_link_to_it_runs_it_from_any_folder()
    {
        StandInForDotnet(Builds);
        Directory.CreateDirectory(place.At("elsewhere/bin"));
        File.CreateSymbolicLink(place.At("elsewhere/bin/simclr"), "../../simclr");
        File.CreateSymbolicLink(place.At("elsewhere/again"), "bin/simclr");
        File.CreateSymbolicLink(place.At("absolute"), place.At("simclr"));
        foreach (var link in (string[])["elsewhere/bin/simclr", "elsewhere/again", "absolute"])
        {
            Assert.Equal("ran\n", LaunchAs(place.At(link), place.At("tools"), "list").Output);
        }

        Assert.Equal("ran\n", LaunchAs("./again", place.At("elsewhere"), "list").Output);
        Assert.False(Directory.Exists(place.At("elsewhere/artifacts")));
    }

    [Fact]
    public void The_launcher_builds_where_a_source_was_changed_added_or_removed_and_not_otherwise()
    {
        StandInForDotnet(Builds);
        Assert.Contains("first build", Launch("list").Errors, StringComparison.Ordinal);
        Assert.Equal("", Launch("list").Errors);

        // A folder's own time changes where a test leaves something in it and takes it away again.
        Directory.SetLastWriteTimeUtc(place.At("src"), DateTime.UnixEpoch.AddYears(100));
        Assert.Equal("", Launch("list").Errors);

        place.With("src/B.cs", "");
        File.SetLastWriteTimeUtc(place.At("src/B.cs"), DateTime.UnixEpoch);
        Assert.Contains("building", Launch("list").Errors, StringComparison.Ordinal);
        File.Delete(place.At("src/B.cs"));
        Assert.Contains("building", Launch("list").Errors, StringComparison.Ordinal);
        Assert.Equal("", Launch("list").Errors);
        File.SetLastWriteTimeUtc(place.At("src/A.cs"), File.GetLastWriteTimeUtc(place.At("artifacts/stamp.cli")).AddSeconds(1));
        Assert.Contains("building", Launch("list").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_benchmark_also_builds_the_peers_in_TorchSharp_and_other_commands_do_not()
    {
        StandInForDotnet($"""[ "$1" != build ] || echo "$2" >>'{place.At("built")}'""");
        _ = Launch("list");
        Assert.Equal($"{place.At("src/Cli")}\n", place.Read("built"));
        _ = Launch("bench");
        Assert.Equal($"{place.At("src/Cli")}\n{place.At("src/Bench")}\n", place.Read("built"));
        _ = Launch("bench");
        Assert.Equal(2, place.Read("built").Count(static c => c == '\n'));
    }

    [Fact]
    public void An_sdk_that_crashes_while_it_builds_is_told_with_its_first_line()
    {
        StandInForDotnet("[ \"$1\" != build ] || { printf 'Process terminated. No valid ICU package.\\n   at X\\n'; exit 134; }");
        var outcome = Launch("list");
        Assert.Equal(2, outcome.ExitCode);
        Assert.EndsWith(
            $"simclr: the build failed: Process terminated. No valid ICU package.; see {place.At("artifacts/build.log")}",
            outcome.ErrorLines[^1],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Errors_of_an_experiment_are_all_that_a_failed_build_says()
    {
        StandInForDotnet("[ \"$1\" != build ] || { echo '/a/x.yaml(2,3): error SCLR004: no such key [/a/p.csproj]'; exit 1; }");
        Assert.Equal("/a/x.yaml(2,3): error SCLR004: no such key", Launch("list").ErrorLines[^1]);
    }

    // Each would end a shell script that writes there with 'set -e', before anything is run.
    [Theory]
    [InlineData("2>/dev/full")]
    [InlineData("2>&-")]
    [InlineData("2> >(exit)")]
    public void A_message_that_cannot_be_written_ends_nothing(string errors)
    {
        StandInForDotnet(Builds);
        var outcome = Processes.Run("/bin/bash", ["-c", $"/bin/bash '{place.At("simclr")}' list {errors}"], place.Path, Environment);
        Assert.Equal((0, "ran\n"), (outcome.ExitCode, outcome.Output));
    }

    [Fact]
    public void Without_a_home_the_sdk_gets_one()
    {
        StandInForDotnet("""[ "$1" = --version ] || echo "$HOME" """);
        var homeless = new Dictionary<string, string?>(Environment) { ["HOME"] = "/nonexistent" };
        var outcome = Processes.Run("/bin/bash", [place.At("simclr"), "list"], place.Path, homeless);
        Assert.Equal($"{place.At("artifacts/home")}\n", outcome.Output);
    }

    [Fact]
    public void With_ranks_the_launcher_compiles_src_Mpi_once_and_starts_mpirun()
    {
        StandInForDotnet(Builds);
        StandInForMpi("""[ "$1" = --version ] || echo "$SIMCLR_MPI" "$@" """);
        var library = place.At("artifacts/mpi/libsimclr_mpi.so");
        Assert.Equal($"{library} -n 4 {place.At("simclr")} run x --ranks 4\n", Launch("run", "x", "--ranks", "4").Output);
        Assert.Equal($"{library} -n 2 {place.At("simclr")} run x --ranks=2\n", Launch("run", "x", "--ranks=2").Output);
        Assert.Equal("compiled\n", place.Read("mpicc.log"));

        // No ranks, or a number that the program refuses.
        foreach (
            var words in (string[][])
                [
                    ["run", "x", "--ranks", "1"],
                    ["run", "x", "--ranks", "two"],
                    ["plan", "x", "--ranks", "4"],
                ]
        )
        {
            Assert.Equal("ran\n", Launch(words).Output);
        }
    }

    [Fact]
    public void Ranks_are_started_again_where_one_was_killed_or_could_not_be_reached()
    {
        StandInForDotnet(Builds);
        StandInForMpi(
            $$"""
            [ "$1" != --version ] || exit 0
            echo run >>'{{place.At("mpirun.log")}}'
            case $(cat '{{place.At("mpirun.log")}}' | tr -d '\n') in run) exit 137 ;; runrun) exit 3 ;; esac
            """
        );
        var outcome = Launch("run", "x", "--ranks", "2", "--restarts", "3");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("run\nrun\nrun\n", place.Read("mpirun.log"));
        outcome.Says("a rank was killed by signal 9", "starting the ranks again");

        File.Delete(place.At("mpirun.log"));
        Assert.Equal(137, Launch("run", "x", "--ranks", "2").ExitCode);
        Assert.Equal("run\n", place.Read("mpirun.log"));
    }

    // As Open MPI does where a host cannot be reached. Time passes at once here.
    [Fact]
    public void An_mpirun_that_never_ends_after_a_rank_has_ended_the_others_is_ended()
    {
        StandInForDotnet(Builds);
        StandInForMpi("""[ "$1" = --version ] || { echo 3 >"$SIMCLR_ABORTED"; while :; do :; done; }""");
        Script("tools/sleep", "exit 0");
        var outcome = Launch("run", "x", "--ranks", "2");
        Assert.Equal((3, ""), (outcome.ExitCode, outcome.Output));
        Assert.DoesNotContain("Killed", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranks_that_refuse_their_input_are_not_started_again()
    {
        StandInForDotnet(Builds);
        StandInForMpi("[ \"$1\" = --version ] || { echo started; exit 2; }");
        var outcome = Launch("run", "x", "--ranks", "2", "--restarts", "3");
        Assert.Equal((2, "started\n"), (outcome.ExitCode, outcome.Output));
    }

    [Fact]
    public void A_failing_test_project_fails_the_whole()
    {
        StandInForDotnet("[ \"$1\" = --version ]");
        MarkBuilt();
        var outcome = Launch("test");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("0 passed, 0 failed, 0 skipped", outcome.OutputLines[^1]);
    }

    public void Dispose() => place.Dispose();

    private const string Builds = """case $1 in --version | build) ;; *) echo ran ;; esac""";

    // Without what the launcher has set for these tests, if it has started them: it must set that itself.
    private static readonly string[] SetByTheLauncher =
    [
        "DOTNET_CLI_TELEMETRY_OPTOUT",
        "DOTNET_NOLOGO",
        "DOTNET_SKIP_FIRST_TIME_EXPERIENCE",
        "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT",
        "GOMP_SPINCOUNT",
        "LD_PRELOAD",
        "OMP_NUM_THREADS",
        "OMP_WAIT_POLICY",
        "SIMCLR_ROOT",
    ];

    private Dictionary<string, string?> Environment =>
        new(SetByTheLauncher.ToDictionary(static name => name, static _ => (string?)null)) { ["PATH"] = place.At("tools") };

    private void StandInForDotnet(string script) => Script("tools/dotnet", script);

    private void StandInForMpi(string mpirun)
    {
        place.With("src/Mpi/simclr_mpi.c", "");
        Script("tools/mpirun", mpirun);
        Script(
            "tools/mpicc",
            $$"""
            [ "$1" != -show ] || { echo gcc; exit 0; }
            echo compiled >>'{{place.At("mpicc.log")}}'
            while [ "$1" != -o ]; do shift; done
            : >"$2"
            """
        );
    }

    // In place of a link to the system's program, never through it.
    private void Script(string name, string text)
    {
        File.Delete(place.At(name));
        place.With(name, $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(place.At(name), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    /// <summary>As if both targets had been built from what is there.</summary>
    private void MarkBuilt()
    {
        string[] files =
        [
            "Directory.Build.props",
            "Directory.Build.targets",
            "Directory.Packages.props",
            "SimClrDsl.sln",
            "global.json",
            "src/A.cs",
        ];
        place.With("artifacts/stamp.tests", string.Join('\n', files) + "\n");
        place.With("artifacts/stamp.cli", string.Join('\n', files.Where(static file => file != "SimClrDsl.sln")) + "\n");
    }

    private Outcome Launch(params string[] arguments) => LaunchAs(place.At("simclr"), place.Path, arguments);

    private Outcome LaunchAs(string program, string folder, params string[] arguments) =>
        Processes.Run("/bin/bash", [program, .. arguments], folder, Environment);
}
