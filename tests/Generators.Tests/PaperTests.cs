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

    // What figures share is trained once: their stages have the hashes of the table's.
    [Theory]
    [InlineData("table-h1.yaml", "table-1.yaml")]
    [InlineData("figure-1.yaml", "table-1.yaml")]
    [InlineData("figure-b1.yaml", "table-1.yaml")]
    [InlineData("figure-e2.yaml", "figure-5.yaml")]
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
