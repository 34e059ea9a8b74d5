using SimClrDsl.Planning;
using SimClrDsl.Runtime.Runs;

namespace SimClrDsl.Runtime.Tests.Runs;

/// <summary>Finished stages are taken over where the plan's hash and the data agree, and nowhere else.</summary>
public sealed class StageStoreTests : IDisposable
{
    private const string Stage = StageNames.Finetune;
    private readonly TempFolder root = new();

    public void Dispose() => root.Dispose();

    private RunFolder Run(string name) => RunFolder.Create(root.Path, name, "0").Value();

    private StageStore Store(string run, string hash = "h", bool again = false, params (string Part, string Digest)[] data) =>
        new(
            Run(run),
            new Dictionary<string, string> { [Stage] = hash },
            again,
            new Dictionary<string, IReadOnlyDictionary<string, string>>
            {
                [Stage] = data.ToDictionary(static part => part.Part, static part => part.Digest),
            }
        );

    private StageStore Finished(string run, params (string Part, string Digest)[] data)
    {
        var store = Store(run, data: data);
        File.WriteAllText(store.Checkpoint(Stage), run);
        store.Finish(Stage, [new("fine-tuned", 0.5, run)], pretrain: null);
        return store;
    }

    private static readonly (string, string)[] Then = [("labelled images", "1"), ("test images", "2")];

    [Fact]
    public void The_same_plan_and_data_are_the_same_stage()
    {
        Finished("a", Then);
        Assert.Equal("a", Store("b", data: Then).Finished(Stage)!.Stage.Results[0].Protocol);
        Assert.Null(Store("b", hash: "other", data: Then).Finished(Stage));
        Assert.Null(Store("b", again: true, data: Then).Finished(Stage));
        Assert.Null(Store("b", hash: "other", data: Then).Outdated(Stage));
        Assert.Null(Store("b", again: true, data: [("test images", "9")]).Outdated(Stage));
    }

    [Fact]
    public void Other_data_are_another_stage_and_what_changed_is_said()
    {
        Finished("a", Then);
        var store = Store("a", data: [("labelled images", "7"), ("test images", "2")]);
        Assert.Null(store.Finished(Stage));
        Assert.Equal($"finished before in {Run("a").Path}, but labelled images changed since", store.Outdated(Stage));
        var both = Store("a", data: [("labelled images", "7"), ("test images", "8")]);
        Assert.EndsWith("but labelled images and test images changed since", both.Outdated(Stage), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_the_newest_counts_that_was_made_from_these_data()
    {
        Finished("old", Then);
        Finished("new", Then);
        Finished("newest", ("labelled images", "7"), ("test images", "2"));
        foreach (var (run, day) in new[] { ("newest", 3), ("new", 2), ("old", 1) })
        {
            File.SetLastWriteTimeUtc(Run(run).StageFile(Stage), new DateTime(2024, 5, day, 0, 0, 0, DateTimeKind.Utc));
        }

        Assert.Equal("new", Store("b", data: Then).Finished(Stage)!.Stage.Results[0].Protocol);
        Assert.Equal("newest", FinishedStages.Find(root.Path, Stage, "h")!.Stage.Results[0].Protocol);
        Assert.Equal(Run("new").Checkpoint(Stage), Store("b", data: Then).Require(Stage, neededBy: "distill").Value());
    }

    [Fact]
    public void An_imported_network_goes_with_any_data()
    {
        Finished("a");
        Assert.NotNull(Store("b", data: Then).Finished(Stage));
    }

    [Fact]
    public void A_note_that_does_not_know_its_data_is_not_believed()
    {
        var store = Finished("a", Then);
        File.WriteAllText(Run("a").StageFile(Stage), """{ "stage": "finetune", "hash": "h", "results": [] }""");
        Assert.Null(store.Finished(Stage));
        Assert.EndsWith("the data it was made from are not known", store.Outdated(Stage), StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_of_other_data_is_no_start_for_the_next_stage()
    {
        Finished("a", Then);
        var store = Store("a", data: [("labelled images", "7"), ("test images", "2")]);
        Assert.Equal(
            $"stage 'distill' needs the network of stage 'finetune', but of {store.Checkpoint(Stage)} labelled "
                + "images changed since: run 'finetune' first.",
            store.Require(Stage, neededBy: "distill").Error()
        );
        Assert.Equal(store.Checkpoint(Stage), Store("a", data: Then).Require(Stage, neededBy: "distill").Value());
        Assert.Equal(
            $"stage 'distill' needs the network of stage 'finetune', which was finished before in {Run("a").Path}, but labelled images "
                + "changed since: run 'finetune' first.",
            Store("b", data: [("labelled images", "7"), ("test images", "2")]).Require(Stage, neededBy: "distill").Error()
        );
        var missing = Store("c", hash: "other", data: Then);
        Assert.EndsWith(
            $"but {missing.Checkpoint(Stage)} does not exist: run 'finetune' first.",
            missing.Require(Stage, "distill").Error()
        );
    }

    // A run cut off between the network and its note must not leave the note of another network.
    [Fact]
    public void A_stage_that_is_about_to_be_replaced_is_not_finished()
    {
        var store = Finished("a", Then);
        store.Begin(Stage);
        Assert.Null(store.Finished(Stage));
        Assert.Null(store.Outdated(Stage));
        Assert.Equal(store.Checkpoint(Stage), store.Require(Stage, neededBy: "distill").Value());
    }
}
