using System.Runtime.CompilerServices;
using SimClrDsl.Generators.Tests.Harness;
using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

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

    // How far fine-tuning moves a kernel, as a share of its size: the sum of all rates, times LARS's trust of 0.001, times 10 for a
    // momentum of 0.9. ImageNet's recipes come to 0.60 and 0.24 with 1 % of the labels and to 30 and 12 with all; by hand for CIFAR-10, a
    // cosine from r over T steps being r · (T + 1) / 2: 0.01 · √250 · 102 / 2, 0.01 · √500 · 242 / 2, 0.02 · √500 · 3002 / 2.
    [Theory]
    [InlineData("table-1.yaml", 12_811, 1, false, 0.6016)]
    [InlineData("table-1.yaml", 12_811, 2, false, 0.2406)]
    [InlineData("table-1.yaml", 1_281_167, 1, false, 30.0)]
    [InlineData("figure-g1.yaml", 250, 1, true, 0.0806)]
    [InlineData("figure-g1.yaml", 4_000, 1, true, 0.2706)]
    [InlineData("figure-g1.yaml", 50_000, 1, true, 6.713)]
    public void Fine_tuning_moves_kernels_by_a_known_share_of_their_size(
        string file,
        int labels,
        double width,
        bool selective,
        double expected
    )
    {
        var plan = Read(file)
            .Cells.Select(static cell => Plan.Of(cell.Spec))
            .First(plan => plan.Data.Labels == labels && plan.Encoder.Width == width && plan.Encoder.SelectiveKernel == selective);
        var rate = plan.Finetune!.Rate;
        var sum = Enumerable
            .Range(0, rate.TotalSteps.Value)
            .Sum(step => rate.Peak.Value * (1 + Math.Cos(Math.PI * step / rate.TotalSteps.Value)) / 2);
        Assert.Equal(expected, sum * 0.001 * 10, tolerance: 0.001 * expected);
    }

    // Footnote 5 and App. G, with one pretraining for all draws of labels.
    [Fact]
    public void Figure_G1_has_the_texts_augmentation_and_one_pretraining_for_each_network()
    {
        var plans = Read("figure-g1.yaml").Cells.Select(static cell => Plan.Of(cell.Spec)).ToList();
        var cost = SweepCost.Of(plans);
        Assert.Equal((66, 6, 6, 66), (plans.Count, cost.Stages["pretrain"], cost.Stages["linear"], cost.Stages["finetune"]));
        Assert.All(
            plans,
            static plan =>
            {
                Assert.Equal(
                    (800, 512, 0.2, 2, null),
                    (plan.Pretrain!.Epochs, plan.Pretrain.Batch, plan.Pretrain.Temperature, plan.Pretrain.Head.Layers, plan.Pretrain.Memory)
                );
                Assert.Equal(
                    [ChanceOperation.Grayscale, ChanceOperation.Equalize, ChanceOperation.Solarize, ChanceOperation.Sobel],
                    plan.Pretrain.View.OfType<AugmentOp.Chance>().Select(static op => op.Operation)
                );
            }
        );
        Assert.Equal(
            [(250, 1), (4_000, 1), (50_000, 0)],
            plans.Select(static plan => (plan.Data.Labels, plan.Finetune!.FromHeadLayer)).Distinct()
        );
    }

    // What the text leaves open is said to be open, by the plan of each experiment.
    [Theory]
    [MemberData(nameof(Files))]
    public void Every_experiment_says_what_is_ours(string file) =>
        Assert.All(
            Read(file).Cells,
            static cell =>
                Assert.Contains("\nours, where the paper leaves it open:\n", PlanTable.Format(Plan.Of(cell.Spec)), StringComparison.Ordinal)
        );

    [Theory]
    [InlineData("table-2.yaml", "distill.alpha 0.5: ", 4)]
    [InlineData("table-2.yaml", "evaluate.supervised.epochs 1000: ", 1)]
    [InlineData("figure-4.yaml", "evaluate.supervised.label_smoothing 0.1: ", 12)]
    [InlineData("figure-g1.yaml", "pretrain.augment.sobel 0.2: ", 66)]
    [InlineData("figure-f1.yaml", "distill.alpha 1: ", 0)]
    public void A_choice_of_ours_is_shown_where_it_was_made(string file, string line, int experiments) =>
        Assert.Equal(
            experiments,
            Read(file).Cells.Count(cell => OwnChoices.Of(cell.Spec).Any(own => own.StartsWith(line, StringComparison.Ordinal)))
        );

    private static HashSet<string> Hashes(string file) =>
        [.. Read(file).Cells.SelectMany(static cell => StageHashes.Of(Plan.Of(cell.Spec)).Values)];

    private static SweepCost Cost(string file) => SweepCost.Of([.. Read(file).Cells.Select(static cell => Plan.Of(cell.Spec))]);

    private static Sweep Read(string file) =>
        SweepReader
            .ReadYaml(file, File.ReadAllText(Path.Combine(Folder(), file)))
            .Match(Succ: static sweep => sweep, Fail: static errors => throw new InvalidOperationException(string.Join("\n", errors)));

    private static string Folder([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../experiments/paper"));
}
