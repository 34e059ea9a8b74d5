using SimClrDsl.Planning;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Weights;
using Basic18 = SimClrDsl.Experiments.Basic18;

namespace SimClrDsl.Runtime.Tests.Stages;

/// <summary>Stages that are finished, here or in another run.</summary>
public sealed class FinishedStageTests : IDisposable
{
    private readonly SessionRun run = new();

    public void Dispose() => run.Dispose();

    [Fact]
    public void Finished_stages_do_not_run_again()
    {
        var first = run.Run(new Basic18.Experiment());
        var files = Directory
            .GetFiles(run.Folder.Path, "*", SearchOption.AllDirectories)
            .ToDictionary(static file => file, File.GetLastWriteTimeUtc);
        var second = run.Run(new Basic18.Experiment());
        Assert.Equal(first.Rows, second.Rows);
        Assert.Equal(first.Pretrain, second.Pretrain);
        Assert.All(files, static file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
    }

    [Fact]
    public void A_stage_that_another_run_finished_is_taken_from_there()
    {
        var first = run.Run(new Basic18.Experiment());
        var other = RunFolder.Create(run.Path, "other", SessionRun.Hash).Value();
        var changed = SessionRun
            .Hashes(SessionRun.Hash)
            .ToDictionary(
                static pair => pair.Key,
                static pair => pair.Key is StageNames.Finetune or StageNames.Distill ? "87654321" : pair.Value
            );
        var second = SessionRun.Run(new Basic18.Experiment(), other, only: null, changed);

        // The same network from the same pretraining, trained here: only what differs was run.
        Assert.Equal(first.Rows, second.Rows);
        Assert.False(File.Exists(other.Checkpoint(StageNames.Pretrain)));
        Assert.True(File.Exists(other.Checkpoint(StageNames.Finetune)));
        Assert.Equal(
            SafeTensors.Read(run.Folder.Checkpoint(StageNames.Finetune)).Value().Tensors.Keys,
            SafeTensors.Read(other.Checkpoint(StageNames.Finetune)).Value().Tensors.Keys
        );
        Assert.DoesNotContain("\"stage\":\"pretrain\"", File.ReadAllText(other.Metrics), StringComparison.Ordinal);

        // And a stage that is asked for by name finds the network it goes on from.
        Assert.Equal(first.Rows[0], Assert.Single(SessionRun.Run(new Basic18.Experiment(), other, only: StageNames.Knn, changed).Rows));
    }

    [Fact]
    public void Asked_to_run_again_stages_do_and_their_curves_begin_anew()
    {
        var first = run.Run(new Basic18.Experiment(), only: StageNames.Pretrain);
        var (before, written) = (
            File.ReadAllLines(run.Folder.Metrics).Length,
            File.GetLastWriteTimeUtc(run.Folder.Checkpoint(StageNames.Pretrain))
        );
        var again = SessionRun.Run(new Basic18.Experiment(), run.Folder, only: null, SessionRun.Hashes(SessionRun.Hash), again: true);
        Assert.Equal(first.Pretrain!.FinalLoss, again.Pretrain!.FinalLoss);
        Assert.True(File.GetLastWriteTimeUtc(run.Folder.Checkpoint(StageNames.Pretrain)) > written);
        Assert.Equal(
            before,
            File.ReadAllLines(run.Folder.Metrics).Count(static line => line.Contains("\"stage\":\"pretrain\"", StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"stage\": \"pre")]
    [InlineData("null")]
    public void A_damaged_note_of_a_finished_stage_is_none(string text)
    {
        _ = run.Run(new Basic18.Experiment(), only: StageNames.Pretrain);
        File.WriteAllText(run.Folder.StageFile(StageNames.Pretrain), text);
        Assert.Null(FinishedStages.Find(run.Path, StageNames.Pretrain, SessionRun.Hash));
    }

    [Fact]
    public void A_finished_stage_without_its_network_is_none()
    {
        _ = run.Run(new Basic18.Experiment(), only: StageNames.Pretrain);
        Assert.NotNull(FinishedStages.Find(run.Path, StageNames.Pretrain, SessionRun.Hash));
        File.Delete(run.Folder.Checkpoint(StageNames.Pretrain));
        Assert.Null(FinishedStages.Find(run.Path, StageNames.Pretrain, SessionRun.Hash));
    }
}
