using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Specs;
using static SimClrDsl.Tests.Reading.SpecSamples;

namespace SimClrDsl.Tests.Planning;

/// <summary>The memory as it is decided (reference facts, section 5).</summary>
public sealed class MemoryPlanTests
{
    private static readonly MemoryPlan Paper = new(
        65536,
        0.999,
        MemoryQueries.Both,
        MemoryInBatch.Ema,
        MemoryKeep.Both,
        MemoryStatistics.Own
    );

    [Fact]
    public void ImageNet_has_the_papers_memory()
    {
        var memory = Of("imagenet", "{}");
        Assert.Equal(Paper, memory);
        // 64K keys of 4096 images, two views each: eight steps.
        Assert.Equal(8, memory!.Queue / memory.KeysAStep(4096));
    }

    [Theory]
    [InlineData("fashion-mnist", "{}", false)]
    [InlineData("synthetic", "{}", false)]
    [InlineData("synthetic", "{ use: always }", true)]
    [InlineData("imagenet", "{ use: never }", false)]
    [InlineData("imagenet", "{ use: never, queue: 1 }", false)]
    public void Other_data_has_a_memory_only_where_the_spec_says_so(string source, string memory, bool used) =>
        Assert.Equal(used ? Paper : null, Of(source, memory));

    [Fact]
    public void A_memory_of_one_direction_keeps_second_views_alone() =>
        Assert.Equal(Paper with { Queries = MemoryQueries.First, Keep = MemoryKeep.Second }, Of("imagenet", "{ queries: first }"));

    [Theory]
    [InlineData(MemoryKeep.Both, 8192)]
    [InlineData(MemoryKeep.Second, 4096)]
    public void A_step_adds_as_many_keys_as_views_are_kept(MemoryKeep keep, int keys) =>
        Assert.Equal(keys, (Paper with { Keep = keep }).KeysAStep(4096));

    [Fact]
    public void The_plan_table_says_what_was_decided_for_the_memory()
    {
        Assert.Contains(
            "blur 0.5\nmemory: 65536 keys, decay 0.999, queries both, in batch ema, keep both, statistics own\n",
            PlanTable.Format(Plan("imagenet", "{}"))
        );
        Assert.DoesNotContain("memory", PlanTable.Format(Plan("imagenet", "{ use: never }")));
    }

    [Theory]
    [InlineData("{ use: always, queue: 1000 }", "SCLR040", "'pretrain.memory.queue' is 1000, but a step adds 128 keys")]
    [InlineData("{ use: always, queue: 1000 }", "SCLR040", "use a multiple of 128, such as 896, or 0.")]
    [InlineData("{ use: always, queue: 1 }", "SCLR040", "such as 128")]
    [InlineData("{ use: always, queue: 100, keep: second }", "SCLR040", "a step adds 64 keys")]
    [InlineData("{ queue: 128 }", "SCLR041", "add 'use: always', or remove 'pretrain.memory'")]
    [InlineData("{ use: always, queries: first, in_batch: online }", "SCLR042", "'pretrain.memory.in_batch' is online")]
    [InlineData("{ use: always, queries: first, keep: both }", "SCLR042", "use 'second', or 'queries: both'.")]
    [InlineData("{ decay: 1.5 }", "SCLR007", "at least 0 and at most 1")]
    public void Settings_of_a_memory_that_contradict_each_other_are_an_error(string memory, string id, string words)
    {
        var error = ErrorOf($"{Minimal}pretrain: {{ batch: 64, memory: {memory} }}");
        Assert.Equal(id, error.Id);
        Assert.Contains(words, error.Message);
    }

    private static MemoryPlan? Of(string source, string memory) => Plan(source, memory).Pretrain!.Memory;

    private static Plan Plan(string source, string memory) =>
        SimClrDsl.Planning.Plan.Of(
            Read($"name: a\ndata: {{ source: {source} }}\nencoder: {{ resnet: 18 }}\npretrain: {{ batch: 512, memory: {memory} }}")
        );
}
