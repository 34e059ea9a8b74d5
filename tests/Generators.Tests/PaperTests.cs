using System.Runtime.CompilerServices;
using SimClrDsl.Generators.Tests.Harness;
using SimClrDsl.Planning;
using SimClrDsl.Reading;

namespace SimClrDsl.Generators.Tests;

/// <summary>The tables and figures of the paper, as experiments/paper/ declares them.</summary>
public sealed class PaperTests
{
    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder(), "*.yaml").Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_experiment_plans_and_generated_code_of_the_last_compiles(string file)
    {
        var sweep = Read(file);
        Assert.Equal(Path.GetFileNameWithoutExtension(file), sweep.Name);
        var plans = sweep.Cells.Select(static cell => Plan.Of(cell.Spec)).ToList();
        Assert.All(plans, static plan => Assert.NotEmpty(StageHashes.Of(plan)));
        Assert.NotNull(sweep.Report);
        GeneratorRun.Empty.WithYaml("/last.yaml", SpecWriter.Write(sweep.Cells[^1].Spec)).Run().ShouldCompile();
    }

    [Fact]
    public void Table_1_is_thirteen_networks_at_three_shares_of_labels()
    {
        var cost = Cost("table-1.yaml");
        Assert.Equal((39, 13, 39), (cost.Experiments, cost.Stages["pretrain"], cost.Stages["finetune"]));
        Assert.Equal(new Extent(23_561_152, 795_235_360), cost.Parameters);
    }

    // Its rows: labels alone; both losses on the labelled images; both on all images; Eq. 2 on all images.
    [Fact]
    public void Table_2_is_four_ways_to_teach_a_student_at_two_shares_of_labels()
    {
        var plans = Read("table-2.yaml").Cells.Select(static cell => Plan.Of(cell.Spec)).ToList();
        Assert.Equal(
            [(DistillImages.Labelled, 0.5), (DistillImages.All, 0.5), (DistillImages.All, 1)],
            plans.Select(static plan => plan.Distill).OfType<DistillPlan>().Select(static stage => (stage.Images, stage.Alpha)).Distinct()
        );
        Assert.All(
            [.. plans.GroupBy(static plan => (plan.Distill?.Images, plan.Distill?.Alpha))],
            static row => Assert.Equal([12_811, 128_116], row.Select(static plan => plan.Data.Labels))
        );
        // ⌊12,811 · 1000 / 256⌋ + 1 and ⌊128,116 · 200 / 256⌋ + 1 steps on labels alone; 400 epochs of distillation on the labelled images
        // are ⌊12,811 · 400 / 4096⌋ + 1 and ⌊128,116 · 400 / 4096⌋ + 1.
        Assert.Equal(
            [50_043, 100_091],
            plans.Select(static plan => plan.LabelOnly).OfType<LabelOnlyPlan>().Select(static stage => stage.Rate.TotalSteps.Value)
        );
        Assert.Equal(
            [1_252, 12_512],
            plans
                .Select(static plan => plan.Distill)
                .OfType<DistillPlan>()
                .Where(static stage => stage.Images == DistillImages.Labelled)
                .Select(static stage => stage.Rate.TotalSteps.Value)
        );
        Assert.All(plans, static plan => Assert.Equal(50, plan.Distill?.Student.Depth ?? plan.Encoder.Depth));
    }

    // With all labels and crop and flip alone, the supervised networks of Table 1 are those of Figures 4, 6 and A.1: trained once.
    [Theory]
    [InlineData("figure-4.yaml")]
    [InlineData("figure-6.yaml")]
    [InlineData("figure-a1.yaml")]
    public void Supervised_networks_are_shared(string figure)
    {
        static IEnumerable<string> Supervised(string file) =>
            Read(file).Cells.Select(static cell => StageHashes.Of(Plan.Of(cell.Spec))["supervised"]).Distinct();
        Assert.Equal(13, Supervised("table-1.yaml").Count());
        Assert.True(Supervised("table-1.yaml").Intersect(Supervised(figure)).Count() >= 6);
    }

    // What figures share is trained once: their stages have the hashes of the table's.
    [Theory]
    [InlineData("table-h1.yaml", "table-1.yaml")]
    [InlineData("figure-1.yaml", "table-1.yaml")]
    [InlineData("figure-b1.yaml", "table-1.yaml")]
    [InlineData("figure-e2.yaml", "figure-5.yaml")]
    [InlineData("figure-5b.yaml", "figure-5.yaml")]
    [InlineData("figure-4.yaml", "figure-a1.yaml")]
    public void Figures_share_the_stages_of_tables(string figure, string table) => Assert.Subset(Hashes(table), Hashes(figure));

    private static HashSet<string> Hashes(string file) =>
        [.. Read(file).Cells.SelectMany(static cell => StageHashes.Of(Plan.Of(cell.Spec)).Values)];

    private static SweepCost Cost(string file) => SweepCost.Of([.. Read(file).Cells.Select(static cell => Plan.Of(cell.Spec))]);

    private static Sweep Read(string file) =>
        SweepReader
            .ReadYaml(file, File.ReadAllText(Path.Combine(Folder(), file)))
            .Match(Succ: static sweep => sweep, Fail: static errors => throw new InvalidOperationException(string.Join("\n", errors)));

    private static string Folder([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../experiments/paper"));
}
