using SimClrDsl.Runtime.Execution;

namespace SimClrDsl.Runtime.Tests.Execution;

public sealed class StageLookupTests
{
    private static readonly string[] Stages = ["pretrain", "finetune"];

    [Fact]
    public void The_stage_that_is_asked_for_is_found() => Assert.Equal(["finetune"], StageLookup.Named("'a'", Stages, "finetune").Value());

    [Fact]
    public void All_stages_are_found_where_none_is_asked_for() => Assert.Equal(Stages, StageLookup.Named("'a'", Stages, null).Value());

    [Theory]
    [InlineData("knn", null, "'a' has no stage 'knn': it has pretrain, finetune.")]
    [InlineData("knn", "that trains a network", "'a' has no stage 'knn' that trains a network: it has pretrain, finetune.")]
    public void A_stage_that_there_is_not_is_an_error_that_lists_those_there_are(string asked, string? what, string message) =>
        Assert.Equal(message, StageLookup.Named("'a'", Stages, asked, what).Error());

    [Theory]
    [InlineData(null, "'a' has no stage that classifies: it has none.")]
    [InlineData("knn", "'a' has no stage 'knn' that classifies: it has none.")]
    public void Where_there_is_no_stage_it_is_an_error_to_ask_for_any(string? asked, string message) =>
        Assert.Equal(message, StageLookup.Named("'a'", [], asked, "that classifies").Error());
}
