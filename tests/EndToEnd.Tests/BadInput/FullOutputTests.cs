using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.BadInput;

/// <summary>Output that cannot be written: the work is done all the same, one line says what is lost, and nothing aborts.</summary>
[Collection(FinishedRunCollection.Name)]
public sealed class FullOutputTests(FinishedRun run)
{
    private const string Reason = "No space left on device";

    [Theory]
    [InlineData("list")]
    [InlineData("list --json")]
    [InlineData("check tiny.yaml")]
    [InlineData("check tiny.yaml --forward")]
    [InlineData("plan tiny.yaml")]
    [InlineData("plan tiny.yaml --json")]
    [InlineData("emit tiny.yaml")]
    [InlineData("emit tiny.yaml --out emitted")]
    [InlineData("augment tiny.yaml")]
    [InlineData("export tiny.yaml")]
    [InlineData("run tiny.yaml")]
    [InlineData("run tiny.yaml --only knn --profile")]
    [InlineData("--help")]
    [InlineData("run --help")]
    [InlineData("--version")]
    public void Every_command_does_its_work_and_says_what_is_lost(string line)
    {
        using var folder = run.Copy();
        using var whole = run.Copy();
        using var errors = new StringWriter { NewLine = "\n" };
        Assert.Equal(1, InProcess.Run(line.Split(' '), folder.Path, new Full(), errors));
        Assert.Matches($@"\Asimclr: the output could not be written \({Reason}\).*\n\z", errors.ToString());

        whole.Simclr(line.Split(' ')).Succeeded();
        Assert.Equal(whole.Contents().Keys, folder.Contents().Keys);
    }

    [Fact]
    public void Training_goes_on_and_ends_with_the_same_networks()
    {
        using var folder = Tiny.Workplace();
        Assert.Equal(1, InProcess.Run(["run", Tiny.File], folder.Path, new Full(room: 100), new Full()));
        Assert.Equal(Folders.Contents(Path.Combine(run.Folder, "checkpoints")), folder.Contents($"runs/{run.Name}/checkpoints"));
        Assert.Equal(RunFiles.Top1(run.Folder), RunFiles.Top1(folder.At($"runs/{run.Name}")));
    }

    [Theory]
    [InlineData("plan zebra")]
    [InlineData("plan broken.yaml")]
    [InlineData("rnu")]
    public void Bad_input_is_bad_input_where_nothing_can_be_said(string line)
    {
        using var folder = new Workplace().With("broken.yaml", "name: x\nnonsense: 1\n");
        Assert.Equal(2, InProcess.Run(line.Split(' '), folder.Path, new Full(), new Full()));
    }

    // As a process, under a shell's own redirections: what is full is refused by the system, what is closed is not there at all.
    [Theory]
    [InlineData("list > /dev/full", 1, true)]
    [InlineData("list > /dev/full 2>&1", 1, false)]
    [InlineData("list >&-", 1, true)]
    [InlineData("list | true; exit ${PIPESTATUS[0]}", 0, false)]
    [InlineData("rnu 2> /dev/full", 2, false)]
    [InlineData("rnu 2>&-", 2, false)]
    [InlineData("rnu 2> >(true)", 2, false)]
    public void A_shell_may_redirect_it_anywhere(string line, int code, bool says)
    {
        using var folder = Tiny.Workplace();
        var outcome = Processes.Run(
            "/bin/bash",
            ["-c", $"dotnet '{Built.Program}' {line}"],
            folder.Path,
            new Dictionary<string, string?>()
        );
        Assert.Equal(code, outcome.ExitCode);
        Assert.Equal(says ? 1 : 0, outcome.ErrorLines.Count);
        Assert.DoesNotContain("   at ", outcome.Errors, StringComparison.Ordinal);
    }

    /// <summary>A disk with room for so many characters.</summary>
    private sealed class Full(int room = 0) : StringWriter
    {
        public override void Write(char value) => Take(1);

        public override void Write(string? value) => Take(value?.Length ?? 0);

        public override void Write(char[] buffer, int index, int count) => Take(count);

        public override void WriteLine(string? value) => Take((value?.Length ?? 0) + 1);

        private void Take(int length)
        {
            room -= length;
            if (room < 0)
            {
                throw new IOException(Reason);
            }
        }
    }
}
