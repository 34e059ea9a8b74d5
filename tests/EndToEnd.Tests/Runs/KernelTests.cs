using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Runtime.Native;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>Whether a run uses the kernels is said in its first line and recorded with it.</summary>
[Collection(FinishedRunCollection.Name)]
public sealed class KernelTests(FinishedRun run)
{
    [Fact]
    public void The_instructions_of_the_kernels_are_named()
    {
        Assert.True(Kernels.InUse);
        run.Outcome.Shows($", {Kernels.Description}; runs/");
        Assert.Equal(Kernels.Description, run.Summary.GetProperty("computed").GetProperty("kernels").GetString());
    }

    [Fact]
    public void Without_the_kernels_every_stage_runs_and_the_reason_is_named()
    {
        using var folder = Tiny.Workplace();
        folder.SimclrProcess(["run", Tiny.File], ("SIMCLR_KERNELS", "0")).Succeeded().Shows(", no kernels (SIMCLR_KERNELS is 0); runs/");
        var summary = RunFiles.Summary(folder.At($"runs/{run.Name}"));
        Assert.Equal("no kernels (SIMCLR_KERNELS is 0)", summary.GetProperty("computed").GetProperty("kernels").GetString());
        Assert.Equal(RunFiles.Top1(run.Folder).Keys, RunFiles.Top1(folder.At($"runs/{run.Name}")).Keys);
    }

    [Fact]
    public void The_version_names_the_program_TorchSharp_libtorch_and_the_kernels() =>
        Assert.Matches(
            @"^simclr \d+\.\d+\.\d+\nTorchSharp 0\.\d+\.\d+, libtorch 2\.\d+\.\d+\.?\d* for cpu\nkernels for \w+\n$",
            Tiny.Workplace().Simclr("--version").Succeeded().Output
        );

    // On a system whose C++ library is as new as TorchSharp's, nothing is made and nothing said.
    [Fact]
    public void Where_TorchSharp_needs_a_copy_of_its_library_it_is_made_once_and_said_once()
    {
        using var folder = new Workplace();
        var cache = folder.At("cache");
        (string, string?)[] environment = [("XDG_CACHE_HOME", cache), ("HOME", cache)];
        var (first, second) = (folder.SimclrProcess(["--version"], environment), folder.SimclrProcess(["--version"], environment));
        var made = Directory.Exists(cache) ? Directory.GetFiles(cache, "*.so", SearchOption.AllDirectories) : [];
        Assert.Equal((0, made.Length), (first.ExitCode, first.ErrorLines.Count));
        Assert.All(made, path => first.Says("TorchSharp asks for GLIBCXX_3.4.32 of libstdc++.so.6, which this system lacks", path));
        second.Succeeded();
    }
}
