using System.Globalization;
using SimClrDsl.Generators.Emit;
using SimClrDsl.Generators.Tests.Harness;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Tests;

/// <summary>
/// Every network of the family and every form of a stage: what is generated compiles without a warning and stays within its budgets.
/// </summary>
public sealed class MatrixTests
{
    // Of a file that is to be read: the longest has a teacher, a student and all steps.
    private const int MostLines = 900;
    private const int Columns = 140;

    public static TheoryData<int> Depths => [18, 34, 50, 101, 152, 200];

    [Theory]
    [MemberData(nameof(Depths))]
    public void Every_network_of_a_depth_compiles(int depth) => AssertGood(Networks(depth));

    [Fact]
    public void Every_form_of_a_stage_compiles() => AssertGood(Stages());

    [Fact]
    public void The_experiments_of_the_repository_compile() =>
        AssertGood(
            Directory
                .EnumerateFiles(Path.Combine(Built.Repository, "experiments"), "*.yaml")
                .Select(static file => Texts.Read(File.ReadAllText(file)))
        );

    [Fact]
    public void Text_depends_neither_on_the_culture_nor_on_how_often_it_is_made()
    {
        Spec[] specs = [.. Networks(50), .. Stages()];
        var expected = specs.Select(static spec => ExperimentEmitter.Emit(Plan.Of(spec))).ToArray();
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = Cultures.Foreign;
            Assert.Equal(expected, specs.Select(static spec => ExperimentEmitter.Emit(Plan.Of(Texts.Read(SpecWriter.Write(spec))))));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static void AssertGood(IEnumerable<Spec> specs)
    {
        var all = specs.ToArray();
        all.Aggregate(GeneratorRun.Empty, static (run, spec) => run.WithYaml($"/{spec.Name}.yaml", SpecWriter.Write(spec)))
            .Run()
            .ShouldCompile();
        Assert.All(all.SelectMany(static spec => ExperimentEmitter.Emit(Plan.Of(spec))), AssertWithinBudget);
    }

    private static void AssertWithinBudget(SourceFile file)
    {
        var lines = file.Text.Split('\n');
        Assert.DoesNotContain('\r', file.Text);
        Assert.EndsWith("}\n", file.Text);
        Assert.DoesNotContain(lines, static line => line.EndsWith(' ') || line.Contains('\t'));
        Assert.True(lines.Length <= MostLines, $"{file.HintName}: {lines.Length} lines");
        // Comments are not code: the formatter lets a shape at a line's end run over.
        Assert.All(Lines.Code(file.Text), line => Assert.True(line.Length <= Columns, $"{file.HintName}: {line}"));
    }

    private static IEnumerable<Spec> Networks(int depth) =>
        from width in new[] { 0.25, 1, 2, 3 }
        from selective in depth < 50 ? new[] { false } : [false, true]
        from stem in new[] { Stem.Small, Stem.Imagenet }
        select Texts.Read(Texts.Minimal) with
        {
            Name = $"r{depth}-{100 * width}-{(selective ? "sk" : "plain")}-{stem}",
            Encoder = new()
            {
                ResNet = depth,
                Width = width,
                SelectiveKernel = selective,
                Stem = stem,
            },
        };

    private static IEnumerable<Spec> Stages()
    {
        var whole = Texts.Read(Texts.FashionMnist);
        yield return whole;
        yield return whole with
        {
            Name = "label-only",
            Pretrain = null,
            Finetune = null,
            Distill = null,
            Evaluate = new() { Supervised = new() { LearningRates = [1e-7] } },
        };
        yield return whole with
        {
            Name = "no-distillation",
            Distill = null,
        };
        foreach (var (layers, from) in new[] { (0, 0), (1, 0), (1, 1), (2, 1), (2, 2), (3, 0), (3, 2), (3, 3), (4, 4) })
        {
            yield return whole with
            {
                Name = $"head-{layers}-from-{from}",
                Pretrain = whole.Pretrain! with
                {
                    Head = new() { Layers = layers, Out = 64 },
                },
                Finetune = whole.Finetune! with { FromHeadLayer = from },
                Evaluate = null,
                Distill = null,
            };
        }

        foreach (var queries in new[] { MemoryQueries.Both, MemoryQueries.First })
        foreach (var keep in new[] { MemoryKeep.Both, MemoryKeep.Second })
        foreach (var inBatch in new[] { MemoryInBatch.Ema, MemoryInBatch.Online })
        foreach (var statistics in new[] { MemoryStatistics.Own, MemoryStatistics.Averaged })
        {
            if (queries == MemoryQueries.Both || (keep == MemoryKeep.Second && inBatch == MemoryInBatch.Ema))
            {
                yield return Texts.Read(Texts.Minimal) with
                {
                    Name = $"memory-{queries}-{keep}-{inBatch}-{statistics}",
                    Pretrain = new()
                    {
                        Batch = 64,
                        Memory = new()
                        {
                            Use = MemoryUse.Always,
                            Decay = 0.99999999,
                            Queries = queries,
                            Keep = keep,
                            InBatch = inBatch,
                            Statistics = statistics,
                        },
                    },
                };
            }
        }

        foreach (var alpha in new[] { 0, 1e-9, 1 })
        {
            yield return whole with
            {
                Name = $"alpha-{(int)(10 * alpha)}-{(alpha == 0 ? "zero" : "some")}",
                Distill = whole.Distill! with { Alpha = alpha },
            };
        }

        var constant = new OptimizerSpec
        {
            Sgd = new()
            {
                Lr = 1e-7,
                Nesterov = false,
                Scaling = Scaling.None,
            },
            Schedule = Schedule.Constant,
            Warmup = 1,
        };
        yield return whole with
        {
            Name = "other-optimizers",
            Pretrain = whole.Pretrain! with
            {
                Optimizer = constant,
                Augment = new()
                {
                    Colour = null,
                    Blur = 0,
                    Crop = new(1e-5, 1),
                },
            },
            Evaluate = new()
            {
                Linear = new() { Optimizer = constant, Batch = 1 },
                Supervised = new(),
            },
            Finetune = whole.Finetune! with { Optimizer = new() { Lars = new() { WeightDecay = 1e-10 } } },
            Distill = whole.Distill! with { Optimizer = constant },
        };
        foreach (var average in new double?[] { null, 0.9999 })
        {
            var adam = new OptimizerSpec
            {
                Adam = new() { Decoupled = average is null },
                Clip = 1,
                Average = average,
            };
            yield return whole with
            {
                Name = $"adam-{(average is null ? "plain" : "averaged")}",
                Pretrain = whole.Pretrain! with
                {
                    Optimizer = adam,
                    Memory = new() { Use = average is null ? MemoryUse.Never : MemoryUse.Always },
                },
                Finetune = whole.Finetune! with { Optimizer = adam },
                Distill = whole.Distill! with
                {
                    Optimizer = adam with
                    {
                        Adam = null,
                        Lars = new() { Nesterov = true, Unadapted = 0.1 },
                    },
                },
            };
        }

        foreach (var (layers, layer) in new[] { (0, 0), (1, 0), (1, 1), (3, 0), (3, 2), (3, 3) })
        foreach (var sgd in new[] { false, true })
        {
            yield return whole with
            {
                Name = $"online-{layers}-{layer}-{(sgd ? "sgd" : "lars")}",
                Pretrain = whole.Pretrain! with
                {
                    Head = new() { Layers = layers },
                    OnlineLinear = new() { FromHeadLayer = layer },
                    Memory = new()
                    {
                        Use = sgd ? MemoryUse.Always : MemoryUse.Never,
                        Queries = layer == 0 ? MemoryQueries.First : MemoryQueries.Both,
                    },
                    Optimizer = new()
                    {
                        Sgd = sgd ? new() : null,
                        Clip = 1,
                        Average = sgd ? 0.9 : null,
                    },
                },
                Finetune = null,
                Distill = null,
            };
        }

        foreach (var queries in new MemoryQueries?[] { null, MemoryQueries.Both, MemoryQueries.First })
        foreach (var inBatch in new[] { MemoryInBatch.Ema, MemoryInBatch.Online })
        foreach (var (layers, online) in new (int, int?)[] { (0, null), (0, 0), (3, null), (3, 0), (3, 2) })
        {
            if (inBatch == MemoryInBatch.Ema || queries == MemoryQueries.Both)
            {
                yield return whole with
                {
                    Name =
                        $"micro-{queries?.ToString() ?? "none"}-{inBatch}-{layers}-"
                        + (online?.ToString(CultureInfo.InvariantCulture) ?? "none"),
                    RunningVariance = RunningVariance.Unbiased,
                    Encoder = whole.Encoder with { Recompute = Recompute.Blocks },
                    Pretrain = whole.Pretrain! with
                    {
                        Microbatch = 16,
                        Head = new() { Layers = layers },
                        LossScale = online is null ? LossScale.Mean : LossScale.Views,
                        OnlineLinear = online is { } layer ? new() { FromHeadLayer = layer } : null,
                        Memory = queries is { } asked
                            ? new()
                            {
                                Use = MemoryUse.Always,
                                Queries = asked,
                                InBatch = inBatch,
                            }
                            : new(),
                    },
                    Finetune = whole.Finetune! with { FromHeadLayer = null, Freeze = layers == 0 ? Freeze.Stem : Freeze.Group2 },
                    Distill =
                        layers == 0
                            ? null
                            : new()
                            {
                                // Like its teacher in what it computes, and kept in memory otherwise.
                                Student = new()
                                {
                                    ResNet = 18,
                                    Width = 0.25,
                                    Stem = Stem.Small,
                                },
                                Batch = 64,
                            },
                };
            }
        }

        yield return whole with
        {
            Name = "unbiased",
            RunningVariance = RunningVariance.Unbiased,
            Pretrain = whole.Pretrain! with
            {
                LossScale = LossScale.Mean,
                Memory = new() { Use = MemoryUse.Always },
            },
        };
        yield return whole with
        {
            Name = "same-student",
            Distill = new()
            {
                Student = new() { ResNet = 18, Width = 0.25 },
                Batch = 64,
            },
        };
        yield return whole with
        {
            Name = "path",
            Data = whole.Data with { Path = "C:\\data \"\"\"\n\t{0} é \u2028 //" },
        };
        // Names that are those of types and namespaces which generated code uses; the student has a namespace of its own.
        yield return whole with
        {
            Name = "student",
        };
        foreach (
            var name in new[] { "key", "tensor", "encoder", "stem", "chain", "experiment", "params", "runtime", "experiments-of-mine" }
        )
        {
            yield return Texts.Read(Texts.Minimal) with
            {
                Name = name,
            };
        }
    }
}
