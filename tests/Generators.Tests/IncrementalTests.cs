using Microsoft.CodeAnalysis;
using SimClrDsl.Generators.Frontend;
using SimClrDsl.Generators.Tests.Harness;
using static Microsoft.CodeAnalysis.IncrementalStepRunReason;

namespace SimClrDsl.Generators.Tests;

/// <summary>What an edit makes the generator do again. That nothing is done twice for the same files is held in every run.</summary>
public sealed class IncrementalTests
{
    private const string First = "/experiments/first.yaml";
    private const string Second = "/experiments/second.yaml";
    private const string Declared = "/experiments/Declared.cs";

    private const string Record = """
        using SimClrDsl.Specs;

        public static class Declared
        {
            [Experiment]
            public static Spec Tiny => new()
            {
                Name = "declared",
                Data = new() { Source = DataSource.Synthetic },
                Encoder = new() { ResNet = 18, Width = Widths.Narrow },
                Pretrain = new() { Batch = 64 },
            };
        }
        """;

    private const string Widths = "public static class Widths { public const double Narrow = 0.25; }";

    private static readonly GeneratorRun Two = GeneratorRun
        .Empty.WithYaml(First, Texts.Minimal)
        .WithYaml(Second, Texts.Minimal.Replace("minimal", "other"));

    [Fact]
    public void An_edit_of_other_code_regenerates_nothing()
    {
        var outcome = Two.Run()
            .Then(static run => run.WithSource("/Other.cs", "public static class Other { public const int Count = 3; }"));
        AssertReasons(outcome, StepNames.ReadYaml, Cached, Cached);
        AssertReasons(outcome, StepNames.Spec, Cached, Cached);
        AssertReasons(outcome, StepNames.Plan, Cached, Cached);
        AssertReasons(outcome, StepNames.Emit, Cached, Cached);
    }

    [Fact]
    public void A_comment_in_YAML_is_read_and_regenerates_nothing()
    {
        var outcome = Two.Run().Then(static run => run.WithYaml(First, $"# A remark.\n\n{Texts.Minimal}  # the end"));
        AssertReasons(outcome, StepNames.ReadYaml, Modified, Cached);
        AssertReasons(outcome, StepNames.Spec, Unchanged, Cached);
        AssertReasons(outcome, StepNames.Plan, Cached, Cached);
        AssertReasons(outcome, StepNames.Emit, Cached, Cached);
    }

    [Fact]
    public void A_value_in_YAML_regenerates_its_experiment_only()
    {
        var before = Two.Run();
        var outcome = before.Then(static run => run.WithYaml(First, Texts.Minimal.Replace("epochs: 2", "epochs: 3")));
        AssertReasons(outcome, StepNames.Spec, Modified, Cached);
        AssertReasons(outcome, StepNames.Plan, Modified, Cached);
        AssertReasons(outcome, StepNames.Emit, Modified, Cached);
        AssertReasons(outcome, StepNames.Facade, Cached);
        Assert.Equal(["Minimal.Experiment.g.cs", "Minimal.Steps.g.cs", "Minimal.Trees.g.cs"], Changed(before, outcome));
    }

    [Fact]
    public void An_added_spec_leaves_the_others_alone()
    {
        var outcome = GeneratorRun
            .Empty.WithYaml(First, Texts.Minimal)
            .Run()
            .Then(static run => run.WithYaml(Second, Texts.Minimal.Replace("minimal", "other")));
        AssertReasons(outcome, StepNames.Spec, Cached, New);
        AssertReasons(outcome, StepNames.Plan, Cached, New);
        AssertReasons(outcome, StepNames.Emit, Cached, New);
    }

    [Fact]
    public void A_removed_spec_takes_its_files_with_it()
    {
        var outcome = Two.Run().Then(static run => run.WithoutYaml(First));
        AssertReasons(outcome, StepNames.Emit, Removed, Cached);
        Assert.All(outcome.Files.Keys, static name => Assert.Matches(@"^(Other|Experiments)\.", name));
    }

    [Fact]
    public void An_error_in_one_spec_leaves_the_others_alone()
    {
        var outcome = Two.Run().Then(static run => run.WithYaml(First, Texts.Minimal + "\npretrian: {}"));
        AssertReasons(outcome, StepNames.Plan, Removed, Cached);
        Assert.Equal("SCLR004", Assert.Single(outcome.Diagnostics).Id);
        Assert.All(outcome.Files.Keys, static name => Assert.Matches(@"^(Other|Experiments)\.", name));
    }

    [Fact]
    public void An_error_that_moves_is_reported_anew_and_nothing_else_happens()
    {
        var broken = Texts.Minimal + "\npretrian: {}";
        var outcome = Two.WithYaml(First, broken).Run().Then(run => run.WithYaml(First, "# One line more.\n" + broken));
        AssertReasons(outcome, StepNames.Spec, Modified, Cached);
        AssertReasons(outcome, StepNames.Plan, Cached);
        Assert.Equal(5, Assert.Single(outcome.Diagnostics).Location.GetLineSpan().StartLinePosition.Line);
    }

    [Fact]
    public void An_edit_elsewhere_in_the_file_of_a_record_regenerates_nothing()
    {
        var outcome = Records()
            .Then(static run => run.WithSource(Declared, Record.Replace("public static class", "// Moved down.\npublic static class")));
        AssertReasons(outcome, StepNames.Plan, Cached);
        AssertReasons(outcome, StepNames.Emit, Cached);
    }

    [Fact]
    public void A_changed_value_of_a_record_regenerates_it()
    {
        var outcome = Records().Then(static run => run.WithSource(Declared, Record.Replace("ResNet = 18", "ResNet = 34")));
        AssertReasons(outcome, StepNames.Emit, Modified);
        Assert.Contains("ResNet-34", outcome.Files["Declared.Experiment.g.cs"]);
    }

    [Fact]
    public void A_constant_in_another_file_regenerates_the_record_that_uses_it()
    {
        var outcome = Records().Then(static run => run.WithSource("/Widths.cs", Widths.Replace("0.25", "0.5")));
        AssertReasons(outcome, StepNames.Emit, Modified);
        Assert.Contains("ResNet-18 ×0.5", outcome.Files["Declared.Experiment.g.cs"]);
    }

    [Fact]
    public void Two_drivers_give_equal_plans_and_texts()
    {
        var (first, second) = (Two.Run(), Two.Run());
        Assert.Equal(
            first.Step(StepNames.Plan).Select(static step => step.Value),
            second.Step(StepNames.Plan).Select(static step => step.Value)
        );
        Assert.Equal(first.Files, second.Files);
    }

    private static GeneratorOutcome Records() =>
        GeneratorRun.Empty.WithSource(Declared, Record).WithSource("/Widths.cs", Widths).Run().ShouldCompile();

    private static void AssertReasons(GeneratorOutcome outcome, string step, params IncrementalStepRunReason[] reasons) =>
        Assert.Equal(reasons, outcome.Reasons(step));

    private static IEnumerable<string> Changed(GeneratorOutcome before, GeneratorOutcome after) =>
        after.Files.Where(file => before.Files[file.Key] != file.Value).Select(static file => file.Key).Order(StringComparer.Ordinal);
}
