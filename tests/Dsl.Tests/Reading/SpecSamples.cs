using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Tests.Reading;

/// <summary>Specs and texts that the tests share.</summary>
internal static class SpecSamples
{
    /// <summary>
    /// The shortest experiment: three lines, so that what a test adds starts in line 4. It lacks a stage, which <see cref="WithStage"/>
    /// adds where a test's own text has none.
    /// </summary>
    public const string Minimal = "name: tiny\ndata: { source: synthetic }\nencoder: { resnet: 18 }\n";

    /// <summary>The example of the design: everything declared.</summary>
    public const string FashionMnist = """
        # Fashion-MNIST with 100 labels.
        name: fashion-mnist
        seed: 1
        data: { source: fashion-mnist, unlabelled: 20000, labels: 100 }
        encoder: { resnet: 18, width: 0.25, selective_kernel: false, stem: small }
        pretrain:
          head: { layers: 3, out: 128 }
          epochs: 10
          batch: 256
          temperature: 0.2
          augment: { crop: [0.2, 1.0], flip: 0.5, colour: { strength: 0.5 }, grayscale: 0.0, blur: 0.0 }
          optimizer: { lars: { lr: 0.1, scaling: sqrt, weight_decay: 1e-4 }, warmup: 5%, schedule: cosine }
        evaluate: { knn: { k: 20 }, linear: { epochs: 20, augment: none }, supervised: {} }
        finetune: { from_head_layer: 1, epochs: 100, batch: 64 }
        distill: { student: { resnet: 18, width: 0.125 }, temperature: 1.0, alpha: 1.0, epochs: 10 }
        """;

    public static Spec Tiny { get; } =
        new()
        {
            Name = "tiny",
            Data = new() { Source = DataSource.Synthetic },
            Encoder = new() { ResNet = 18 },
            Evaluate = new() { Supervised = new() },
        };

    /// <summary>Specs of every shape: each stage, source, stem, block, optimizer and kind of value, all within the rules.</summary>
    public static IReadOnlyDictionary<string, Spec> Variants { get; } = MakeVariants().ToDictionary(static spec => spec.Name);

    public static TheoryData<string> VariantNames => [.. Variants.Keys];

    /// <summary>A text that has no stage, with the shortest one after its last line.</summary>
    public static string WithStage(string yaml) =>
        System.Text.RegularExpressions.Regex.IsMatch(yaml, @"(?m)^(pretrain|evaluate|finetune|self_distill|distill)\b")
            ? yaml
            : $"{yaml.TrimEnd('\n')}\nevaluate: {{ supervised: {{}} }}\n";

    public static Spec Read(string yaml) =>
        SpecReader
            .ReadYaml("spec.yaml", WithStage(yaml))
            .Match(Succ: static spec => spec, Fail: static errors => throw new InvalidOperationException(string.Join("\n", errors)));

    public static IReadOnlyList<SpecError> ErrorsOf(string yaml) =>
        SpecReader.ReadYaml("spec.yaml", yaml).Match(Succ: static _ => [], Fail: static errors => errors.ToArray());

    /// <summary>The one error of a text.</summary>
    public static SpecError ErrorOf(string yaml) => Assert.Single(ErrorsOf(yaml));

    private static IEnumerable<Spec> MakeVariants()
    {
        yield return Tiny;
        yield return Read(FashionMnist);
        yield return Tiny with
        {
            Name = "seeded",
            Seed = int.MaxValue,
            Precision = Precision.Bf16,
        };
        yield return Tiny with
        {
            Name = "one-percent",
            Data = new()
            {
                Source = DataSource.Imagenet,
                Path = "/data/image net: \"2012\"\\é",
                Labels = Amount.Percent(1),
            },
            Encoder = new()
            {
                ResNet = 152,
                Width = 3,
                SelectiveKernel = true,
            },
            Pretrain = new(),
            Evaluate = new() { Linear = new() },
            Finetune = new(),
            Distill = new()
            {
                Student = new() { ResNet = 50, Classes = 1000 },
            },
        };
        yield return Tiny with
        {
            Name = "odd-values",
            Data = new()
            {
                Source = DataSource.Synthetic,
                Path = "none",
                Image = 96,
                Classes = 3,
                Unlabelled = Amount.Percent(12.5),
                Labels = 33,
            },
            Encoder = new()
            {
                ResNet = 50,
                Width = 1.0 / 4,
                SelectiveKernel = true,
                SelectiveKernelRatio = 0.1,
            },
            Pretrain = new()
            {
                Batch = 16,
                Temperature = 1e-7,
                Augment = new() { Colour = null, Crop = new(1.0 / 3, 2.0 / 3) },
                Optimizer = new()
                {
                    Sgd = new()
                    {
                        Lr = 1e-10,
                        WeightDecay = 0,
                        Nesterov = false,
                        Scaling = Scaling.None,
                    },
                    Warmup = 3.5,
                    Schedule = Schedule.Constant,
                },
            },
        };
        foreach (var batch in new[] { 1000, 28, 27 })
        {
            yield return Tiny with
            {
                Name = $"microbatches-of-{batch}",
                Encoder = Tiny.Encoder with { Recompute = Recompute.Blocks },
                Pretrain = new() { Batch = batch, Microbatch = batch % 2 == 0 ? batch / 2 : 9 },
            };
        }

        yield return Tiny with
        {
            Name = "frozen",
            Data = new() { Source = DataSource.Synthetic, Bicubic = Bicubic.Tf1 },
            Pretrain = new()
            {
                Batch = 16,
                Augment = new()
                {
                    Colour = new() { Brightness = Brightness.Add },
                    Equalize = 0.1,
                    Solarize = 0.2,
                    Sobel = 0.3,
                },
            },
            Finetune = new()
            {
                Batch = 16,
                FromHeadLayer = 2,
                Freeze = Freeze.Group3,
                FrozenBatchNorm = FrozenBatchNorm.Update,
                FreezeHead = true,
                LabelSmoothing = 0.1,
                Augment = new() { AutoAugment = AutoAugmentPolicy.Cifar10 },
            },
        };
        yield return Tiny with
        {
            Name = "label-only",
            Evaluate = new()
            {
                Supervised = new()
                {
                    LearningRates = [1.0 / 3],
                    EvaluateEvery = 1,
                    Steps = 3,
                },
            },
        };
        yield return Tiny with
        {
            Name = "nothing-measured",
            Pretrain = new() { Batch = 64 },
            Evaluate = new(),
        };
        yield return Tiny with
        {
            Name = "many-classes",
            Data = new()
            {
                Source = DataSource.Synthetic,
                Classes = 500,
                Labels = 1000,
            },
            Pretrain = new()
            {
                Batch = 512,
                Head = new() { Layers = 4, Out = 64 },
            },
            Finetune = new()
            {
                FromHeadLayer = 4,
                Batch = 1000,
                Epochs = 7,
                Optimizer = new() { Lars = new(), Warmup = 7 },
            },
            Distill = new()
            {
                Student = new()
                {
                    ResNet = 34,
                    Width = 0.125,
                    Stem = Stem.Imagenet,
                    Classes = 500,
                },
                Batch = 100,
                Alpha = 0.25,
                Temperature = 0.1,
            },
        };
        yield return Tiny with
        {
            Name = "online",
            RunningVariance = RunningVariance.Unbiased,
            Pretrain = new()
            {
                Batch = 64,
                Head = new() { Layers = 1 },
                LossScale = LossScale.Mean,
                OnlineLinear = new() { FromHeadLayer = 1 },
            },
        };
        foreach (var (decoupled, average) in new (bool, double?)[] { (false, null), (true, 0.9999) })
        {
            yield return Tiny with
            {
                Name = $"adam-{decoupled}",
                Pretrain = new()
                {
                    Batch = 64,
                    Optimizer = new()
                    {
                        Adam = new() { Decoupled = decoupled, Lr = 1e-3 },
                        Clip = average,
                        Average = average,
                    },
                },
                Finetune = new()
                {
                    Batch = 64,
                    Optimizer = new()
                    {
                        Lars = new() { Nesterov = decoupled, Unadapted = 0.5 },
                    },
                },
            };
        }

        foreach (
            var memory in new MemorySpec[]
            {
                new() { Use = MemoryUse.Never },
                new() { Use = MemoryUse.Always },
                new() { Use = MemoryUse.Always, Queue = 0 },
                new()
                {
                    Use = MemoryUse.Always,
                    Queue = 640,
                    Decay = 0,
                    Queries = MemoryQueries.First,
                    Keep = MemoryKeep.Second,
                    Statistics = MemoryStatistics.Averaged,
                },
                new()
                {
                    Use = MemoryUse.Always,
                    Queue = 128,
                    InBatch = MemoryInBatch.Online,
                    Keep = MemoryKeep.Both,
                },
            }
        )
        {
            yield return Tiny with
            {
                Name = $"memory-{memory.Use}-{memory.Queue}",
                Pretrain = new() { Batch = 64, Memory = memory },
            };
        }

        foreach (var depth in new[] { 18, 34, 50, 101, 152, 200 })
        foreach (var stem in new Stem?[] { null, Stem.Small, Stem.Imagenet })
        foreach (var image in new int?[] { null, 32, 64 })
        {
            yield return Tiny with
            {
                Name = $"r{depth}-{stem?.ToString() ?? "auto"}-{image ?? 0}",
                Data = new() { Source = DataSource.Synthetic, Image = image },
                Encoder = new()
                {
                    ResNet = depth,
                    Stem = stem,
                    SelectiveKernel = depth >= 50,
                    Width = 0.5,
                },
                Pretrain = new() { Batch = 128 },
            };
        }
    }
}
