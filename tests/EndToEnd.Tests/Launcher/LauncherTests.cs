using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Launcher;

/// <summary>
/// The launcher, copied to a folder of its own with another program under the name of dotnet: these tests are run by the launcher, so they
/// must not build.
/// </summary>
public sealed class LauncherTests : IDisposable
{
    private static readonly string[] Tools =
    [
        "cat",
        "dirname",
        "find",
        "basename",
        "ls",
        "sed",
        "paste",
        "mkdir",
        "touch",
        "mv",
        "rm",
        "grep",
        "tr",
    ];

    private readonly Workplace place = new();

    public LauncherTests()
    {
        File.Copy(Path.Combine(Built.Repository, "simclr"), place.At("simclr"));
        foreach (var source in (string[])["src", "experiments", "tests/Some.Tests", "tests/Other.Tests", "tools"])
        {
            Directory.CreateDirectory(place.At(source));
        }

        foreach (var file in (string[])["global.json", "Directory.Build.props", "Directory.Packages.props", "SimClrDsl.sln"])
        {
            place.With(file, "");
        }

        foreach (var tool in Tools)
        {
            var program = ((string[])["/usr/bin", "/bin"]).Select(folder => Path.Combine(folder, tool)).First(File.Exists);
            File.CreateSymbolicLink(place.At($"tools/{tool}"), program);
        }
    }

    [Fact]
    public void An_unknown_test_project_is_told_before_anything_is_built() =>
        Launch("test", "NoSuch").Refused().Says("there is no tests/NoSuch.Tests", "Other Some");

    [Fact]
    public void A_missing_sdk_is_told() => Launch("list").Refused().Says(".NET 10 SDK is missing");

    [Fact]
    public void What_is_built_is_run_with_everything_that_was_typed()
    {
        StandInForDotnet("""printf '%s\n' "$@" "$SIMCLR_TORCH_NATIVE"; exit 7""");
        place.With("artifacts/stamp.cli", "");
        var outcome = Launch("plan", "an experiment", "--json");
        Assert.Equal(7, outcome.ExitCode);
        var artifacts = place.At("artifacts");
        Assert.Equal(
            [
                $"{artifacts}/bin/SimClrDsl.Cli/release/simclr.dll",
                "plan",
                "an experiment",
                "--json",
                $"{artifacts}/native/libsimclr_torch.so",
            ],
            outcome.OutputLines
        );
    }

    [Fact]
    public void A_failing_test_project_fails_the_whole()
    {
        StandInForDotnet("exit 1");
        place.With("artifacts/stamp.tests", "");
        var outcome = Launch("test");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("0 passed, 0 failed, 0 skipped", outcome.OutputLines[^1]);
    }

    public void Dispose() => place.Dispose();

    private void StandInForDotnet(string script)
    {
        place.With("tools/dotnet", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(place.At("tools/dotnet"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private Outcome Launch(params string[] arguments) =>
        Processes.Run(
            "/bin/bash",
            [place.At("simclr"), .. arguments],
            place.Path,
            new Dictionary<string, string?> { ["PATH"] = place.At("tools") }
        );
}
