using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Launcher;

/// <summary>
/// `./simclr mistakes` on a checkout of one line, with another program under the name of dotnet: what it says of tests that fail, pass, or
/// are ended by a signal.
/// </summary>
public sealed class MistakesCommandTests : IDisposable
{
    // Builds nothing. As `dotnet test` does, it starts the process of the tests by the program that the settings name, and writes what they
    // gave; 'testhost' is that process.
    private const string Dotnet = """
        case $1 in
        build) exit 0 ;;
        testhost) . ./host ;;
        test)
            for word; do case $word in
                RunConfiguration.DotNetHostPath=*) host=${word#*=} ;;
                *) previous=$last last=$word; [ "$previous" != --results-directory ] || results=$word ;;
            esac; done
            if "$host" testhost; then outcome=Passed; else outcome=Failed; echo 'Test Run Aborted.'; fi
            mkdir -p "$results"
            [ $outcome = Failed ] && ! [ -f ../../failed ] || printf '%s' '<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">' \
                "<Results><UnitTestResult testName='A.B.C' outcome='$outcome' /></Results></TestRun>" >"$results/results.trx"
            [ $outcome = Passed ] ;;
        esac
        """;

    private readonly Workplace place = new();

    public MistakesCommandTests()
    {
        Directory.CreateDirectory(place.At("tests/Some.Tests"));
        Directory.CreateDirectory(place.At("tests/Mistakes"));
        File.Copy(Path.Combine(Built.Repository, "tests", "Mistakes", "run"), place.At("tests/Mistakes/run"));
        place.With("code", "right\n").With("host", "true\n").With(".gitignore", "artifacts/\n");
        foreach (var name in (string[])["first", "second"])
        {
            place.With(
                $"tests/Mistakes/{name}.patch",
                "# What is wrong: It is wrong.\n# Killed by: Some FullyQualifiedName~C\n"
                    + "diff --git a/code b/code\n--- a/code\n+++ b/code\n@@ -1 +1 @@\n-right\n+wrong\n"
            );
        }

        place.With("tools/dotnet", $"#!/bin/sh\n{Dotnet}\n");
        File.SetUnixFileMode(place.At("tools/dotnet"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Processes.Run("git", ["init", "--quiet"], place.Path, Environment).Succeeded();
    }

    public void Dispose() => place.Dispose();

    private Dictionary<string, string?> Environment => new() { ["PATH"] = $"{place.At("tools")}:/usr/bin:/bin" };

    // What the process of the tests does with the mistake planted; without it, its tests pass.
    private Outcome Mistakes(string withMistake)
    {
        place.With("host", $"[ \"$(cat code)\" = right ] || {withMistake}\n");
        // As in Workplace.Start: whoever started the tests may ignore SIGINT or SIGHUP.
        return Processes.Run("env", ["--default-signal", "python3", place.At("tests/Mistakes/run")], place.Path, Environment);
    }

    [Fact]
    public void Tests_that_fail_kill_a_mistake()
    {
        var outcome = Mistakes("{ touch ../../failed; exit 1; }");
        Assert.Equal((0, "2 killed, 0 lived, 0 not applied"), (outcome.ExitCode, outcome.OutputLines[^1]));
        outcome.Shows("1/2 first: killed: B.C");
        Assert.Equal("right\n", place.Read("artifacts/mistakes/copy/code"));
    }

    [Fact]
    public void Tests_that_pass_let_a_mistake_live()
    {
        var outcome = Mistakes("true");
        Assert.Equal((1, "0 killed, 2 lived, 0 not applied"), (outcome.ExitCode, outcome.OutputLines[^1]));
    }

    // An abort or a bad address is the mistake's own doing.
    [Theory]
    [InlineData("ABRT")]
    [InlineData("SEGV")]
    public void A_process_that_dies_of_the_mistake_kills_it(string signal)
    {
        var outcome = Mistakes($"kill -{signal} $$");
        Assert.Equal((0, "2 killed, 0 lived, 0 not applied"), (outcome.ExitCode, outcome.OutputLines[^1]));
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    public void A_process_that_somebody_ends_is_no_verdict(string signal)
    {
        var outcome = Mistakes($"kill -{signal} $$");
        Assert.Equal((1, "0 killed, 0 lived, 0 not applied, 2 no verdict"), (outcome.ExitCode, outcome.OutputLines[^1]));
        outcome.Shows(
            $"1/2 first: no verdict: its tests were ended by SIG{signal}: try it again",
            "| second | It is wrong. | no verdict |"
        );
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    [InlineData("HUP", 129)]
    public void A_command_that_a_signal_ends_takes_the_mistake_back_and_says_what_it_found(string signal, int code)
    {
        // The first mistake dies; while the tests of the second run, the signal comes to the command itself, which has begun the table.
        var command = "$(ps -o ppid= -p $(ps -o ppid= -p $PPID))";
        var outcome = Mistakes($"if [ -f ../../failed ]; then kill -{signal} {command}; sleep 600; else touch ../../failed; exit 1; fi");
        Assert.Equal(
            (code, $"1 killed, 0 lived, 0 not applied, 1 not tried: ended by SIG{signal}"),
            (outcome.ExitCode, outcome.OutputLines[^1])
        );
        outcome.Shows("| first | It is wrong. | killed | B.C |");
        Assert.Equal("right\n", place.Read("artifacts/mistakes/copy/code"));
    }
}
